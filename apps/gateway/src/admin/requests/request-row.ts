/** A row of the list, as raw SQL answers it: `bigint` and `numeric` are strings. */
export interface RequestRow {
  readonly request_id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly api_key_id: string;
  readonly member_id: string | null;
  readonly end_user: string | null;
  readonly tags: string[];
  readonly occurred_at: Date;
  readonly endpoint: string;
  readonly surface: string;
  readonly requested_model: string;
  readonly served_model: string | null;
  readonly upstream_model: string | null;
  readonly provider: string | null;
  readonly deployment_id: string | null;
  readonly stream: boolean;
  readonly outcome: string;
  readonly error_code: string | null;
  readonly status: number;
  readonly simulated: boolean;
  readonly rating_state: 'rated' | 'unpriced' | 'none';
  readonly charge: 'customer' | 'waste' | 'none';
  readonly first_token_ms: number | null;
  readonly total_ms: number;
  readonly input_tokens: string;
  readonly output_tokens: string;
  readonly cache_read_tokens: string;
  readonly billed_cost: string;
}
