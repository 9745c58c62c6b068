import { isMeter, isOutcome, parsePicos, type Outcome, type Usage } from '@tollgate/domain';
import type pg from 'pg';
import type { RecordedLine, RecordedSnapshot, RequestRecord, WastedPart } from './request-record.js';

/** Columns that are the same in the row and in the record. */
type Told = Pick<
  RequestRecord,
  | 'requestId'
  | 'organizationId'
  | 'projectId'
  | 'projectName'
  | 'apiKeyId'
  | 'apiKeyName'
  | 'memberId'
  | 'endUser'
  | 'tags'
  | 'occurredAt'
  | 'accountingPeriod'
  | 'bookedAt'
  | 'bookingMinute'
  | 'gatewayId'
  | 'endpoint'
  | 'surface'
  | 'requestedModel'
  | 'servedModel'
  | 'provider'
  | 'upstreamModel'
  | 'upstreamDialect'
  | 'deploymentId'
  | 'region'
  | 'serviceTier'
  | 'credentialOwner'
  | 'simulated'
  | 'stream'
  | 'errorCode'
  | 'status'
  | 'usageSource'
  | 'ratingState'
  | 'charge'
  | 'attempts'
  | 'routing'
  | 'timings'
  | 'revision'
>;

type PartRow = Told & {
  readonly part: number;
  readonly outcome: string;
  readonly usage: Usage;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly cacheReadTokens: string;
  readonly providerCost: string;
  readonly listCost: string;
  readonly billedCost: string;
  readonly providerReportedCost: string | null;
  readonly capturedCost: string | null;
  readonly hold: string;
  readonly priceSnapshot: (Omit<RecordedSnapshot, 'publishedAt'> & { readonly publishedAt: string }) | null;
};

interface LineRow {
  readonly part: number;
  readonly line: number;
  readonly meter: string;
  readonly pricedAs: string;
  readonly quantity: string;
  readonly unitAmount: string;
  readonly per: number;
  readonly priceId: string;
  readonly markupBasisPoints: number | null;
  readonly providerCost: string;
  readonly listCost: string;
  readonly billedCost: string;
}

/** The newest revision of each part. The minute of the accruals is that of the booking transaction, as `booked_at` is. */
const PARTS = `
  SELECT DISTINCT ON (e.part)
         e.part, e.request_id AS "requestId", e.organization_id AS "organizationId", e.project_id AS "projectId",
         project.name AS "projectName", e.api_key_id AS "apiKeyId", api_key.name AS "apiKeyName",
         e.member_id AS "memberId", e.end_user AS "endUser", e.tags, e.occurred_at AS "occurredAt",
         e.accounting_period AS "accountingPeriod", e.booked_at AS "bookedAt",
         date_trunc('minute', e.booked_at) AS "bookingMinute", e.gateway_id AS "gatewayId", e.endpoint, e.surface,
         e.requested_model AS "requestedModel", e.served_model AS "servedModel", e.provider,
         e.upstream_model AS "upstreamModel", e.upstream_dialect AS "upstreamDialect", e.deployment_id AS "deploymentId", e.region,
         e.service_tier AS "serviceTier", e.credential_owner AS "credentialOwner", e.simulated, e.stream, e.outcome,
         e.error_code AS "errorCode", e.status, e.usage, e.usage_source AS "usageSource",
         e.input_tokens AS "inputTokens", e.output_tokens AS "outputTokens", e.cache_read_tokens AS "cacheReadTokens",
         e.rating_state AS "ratingState", e.charge, e.provider_cost AS "providerCost", e.list_cost AS "listCost",
         e.billed_cost AS "billedCost", e.provider_reported_cost AS "providerReportedCost",
         e.captured_cost AS "capturedCost", e.hold, e.attempts, e.routing, e.revision,
         jsonb_build_object('admittedMs', e.admitted_ms, 'dispatchedMs', e.dispatched_ms,
                            'firstTokenMs', e.first_token_ms, 'totalMs', e.total_ms) AS timings,
         (SELECT jsonb_build_object(
                   'id', s.id, 'priceBookId', s.price_book_id, 'sequence', s.sequence, 'publishedAt', s.published_at,
                   'markupBasisPoints', s.markup_basis_points, 'platformFeeBasisPoints', s.platform_fee_basis_points)
          FROM price_book_snapshot s WHERE s.id = e.price_snapshot_id) AS "priceSnapshot"
  FROM usage_event e
  LEFT JOIN project ON project.id = e.project_id
  LEFT JOIN api_key ON api_key.id = e.api_key_id
  WHERE e.request_id = $1 AND ($2::text IS NULL OR e.organization_id = $2)
  ORDER BY e.part, e.revision DESC`;

const LINES = `
  SELECT l.part, l.line, l.meter, l.priced_as AS "pricedAs", l.quantity, l.unit_amount AS "unitAmount", l.per,
         l.price_id AS "priceId", l.markup_basis_points AS "markupBasisPoints", l.provider_cost AS "providerCost", l.list_cost AS "listCost",
         l.billed_cost AS "billedCost"
  FROM rated_line l
  WHERE l.request_id = $1 AND l.part = 0 AND ($2::text IS NULL OR l.organization_id = $2) AND NOT EXISTS (
    SELECT 1 FROM usage_event later
    WHERE later.request_id = l.request_id AND later.part = l.part AND later.revision > l.revision
  )
  ORDER BY l.part, l.line`;

/**
 * Reads a request out of the books, for whoever asks: the one that a key asks about itself, and the one that the
 * console shows. `null` while it is not booked.
 * @param organizationId whose request it has to be; `null` is anybody's, for the operator.
 */
export async function readRequestRecord(
  pool: pg.Pool,
  requestUuid: string,
  organizationId: string | null,
): Promise<RequestRecord | null> {
  const values = [requestUuid, organizationId];
  const { rows } = await pool.query<PartRow>({ name: 'read_request', text: PARTS, values });
  const [first, ...beside] = rows;
  // what it cost beside may be booked before it
  if (first === undefined || first.part !== 0) return null;
  const lines = await pool.query<LineRow>({ name: 'read_request_lines', text: LINES, values });
  return recordOf(first, beside.map(wastedPart), lines.rows.map(lineOf));
}

function recordOf(row: PartRow, wasted: readonly WastedPart[], lines: readonly RecordedLine[]): RequestRecord {
  const { priceSnapshot, providerReportedCost, capturedCost } = row;
  return {
    ...row,
    // kept since a cost is: those of before have none
    attempts: row.attempts.map((attempt) => ({ ...attempt, cost: attempt.cost ?? null })),
    outcome: outcomeOf(row),
    inputTokens: Number(row.inputTokens),
    outputTokens: Number(row.outputTokens),
    cacheReadTokens: Number(row.cacheReadTokens),
    providerCost: parsePicos(row.providerCost),
    listCost: parsePicos(row.listCost),
    billedCost: parsePicos(row.billedCost),
    providerReportedCost: providerReportedCost === null ? null : parsePicos(providerReportedCost),
    capturedCost: capturedCost === null ? null : parsePicos(capturedCost),
    hold: parsePicos(row.hold),
    priceSnapshot:
      priceSnapshot === null ? null : { ...priceSnapshot, publishedAt: new Date(priceSnapshot.publishedAt) },
    wasted,
    lines,
  };
}

function wastedPart(row: PartRow): WastedPart {
  const { part, provider, upstreamModel, deploymentId, usage, providerCost } = row;
  return {
    part,
    outcome: outcomeOf(row),
    provider,
    upstreamModel,
    deploymentId,
    usage,
    providerCost: parsePicos(providerCost),
  };
}

function outcomeOf({ outcome }: PartRow): Outcome {
  if (!isOutcome(outcome)) throw new RangeError(`unknown outcome ${outcome}`);
  return outcome;
}

function lineOf(row: LineRow): RecordedLine {
  const { meter, pricedAs } = row;
  if (!isMeter(meter) || !isMeter(pricedAs)) throw new RangeError(`unknown meter ${meter} or ${pricedAs}`);
  return {
    part: row.part,
    line: row.line,
    meter,
    pricedAs,
    quantity: Number(row.quantity),
    unitAmount: parsePicos(row.unitAmount),
    per: row.per,
    priceId: row.priceId,
    markupBasisPoints: row.markupBasisPoints,
    providerCost: parsePicos(row.providerCost),
    listCost: parsePicos(row.listCost),
    billedCost: parsePicos(row.billedCost),
  };
}
