/** Rows of the accounting tables as raw SQL answers them: `bigint` and `numeric` are strings. */
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

export interface RequestDetailRow extends RequestRow {
  readonly revision: number;
  readonly accounting_period: string;
  readonly booked_at: Date;
  readonly gateway_id: string;
  readonly region: string | null;
  readonly service_tier: string;
  readonly credential_owner: string | null;
  readonly usage: Record<string, number>;
  readonly usage_source: 'reported' | 'recovered' | 'estimated' | 'none';
  readonly price_snapshot_id: string | null;
  readonly provider_reported_cost: string | null;
  readonly captured_cost: string | null;
  readonly hold: string;
  readonly admitted_ms: number | null;
  readonly dispatched_ms: number | null;
  readonly attempts: {
    deploymentId: string;
    provider: string;
    upstreamModel: string;
    status: number;
    errorCode: string | null;
    startedMs: number;
    endedMs: number;
  }[];
  readonly list_cost: string;
  readonly provider_cost: string;
  readonly parts: string;
}

export interface RatedLineRow {
  readonly part: number;
  readonly meter: string;
  readonly quantity: string;
  readonly price_id: string;
  readonly priced_as: string;
  readonly unit_amount: string;
  readonly per: number;
  readonly provider_cost: string;
  readonly list_cost: string;
  readonly billed_cost: string;
}
