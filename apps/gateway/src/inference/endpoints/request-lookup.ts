import type { Outcome, Timings, Usage } from '@tollgate/domain';
import type { Pool } from 'pg';

interface RatedRequestLine {
  readonly meter: string;
  readonly quantity: number;
  readonly pricedAs: string;
  /** Decimal USD for `per` units. */
  readonly unitAmount: string;
  readonly per: number;
  readonly billedCost: string;
}

/** A request as the books have it. */
export interface RatedRequest {
  readonly requestId: string;
  readonly occurredAt: Date;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly requestedModel: string;
  readonly servedModel: string | null;
  readonly provider: string | null;
  readonly simulated: boolean;
  readonly outcome: Outcome;
  readonly errorCode: string | null;
  readonly status: number;
  readonly usage: Usage;
  readonly usageSource: string;
  readonly ratingState: 'rated' | 'unpriced' | 'none';
  readonly billedCost: string;
  readonly attempts: unknown;
  readonly timings: Timings;
  readonly lines: readonly RatedRequestLine[];
}

export interface RequestLookup {
  /** The latest revision of the organization's request, or `null` while it is not booked. */
  find(organizationId: string, requestUuid: string): Promise<RatedRequest | null>;
}

const QUERY = `
  SELECT e.request_id AS "requestId", e.occurred_at AS "occurredAt", e.project_id AS "projectId",
         e.api_key_id AS "apiKeyId", e.requested_model AS "requestedModel", e.served_model AS "servedModel",
         e.provider, e.simulated, e.outcome, e.error_code AS "errorCode", e.status, e.usage,
         e.usage_source AS "usageSource", e.rating_state AS "ratingState", e.billed_cost AS "billedCost", e.attempts,
         jsonb_build_object('admittedMs', e.admitted_ms, 'dispatchedMs', e.dispatched_ms,
                            'firstTokenMs', e.first_token_ms, 'totalMs', e.total_ms) AS timings,
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'meter', l.meter, 'quantity', l.quantity, 'pricedAs', l.priced_as,
                   'unitAmount', l.unit_amount::text, 'per', l.per, 'billedCost', l.billed_cost::text) ORDER BY l.line), '[]')
          FROM rated_line l
          WHERE l.request_id = e.request_id AND l.part = e.part AND l.revision = e.revision) AS lines
  FROM usage_event e
  WHERE e.request_id = $2 AND e.organization_id = $1
  ORDER BY e.part, e.revision DESC LIMIT 1`;

export function createRequestLookup(pool: Pool): RequestLookup {
  return {
    async find(organizationId, requestUuid) {
      const { rows } = await pool.query<RatedRequest>(QUERY, [organizationId, requestUuid]);
      return rows[0] ?? null;
    },
  };
}
