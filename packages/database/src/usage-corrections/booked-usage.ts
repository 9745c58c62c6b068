import { isErrorCode, isOutcome, parsePicos, picosToNanosUp } from '@tollgate/domain';
import type { AttemptRecord, Picos, RouteDecision, Usage, UsageEvent, UsageSource } from '@tollgate/domain';

/** What of a row of `usage_event` is read to rate it anew. */
export const BOOKED_USAGE_COLUMNS = `
  e.request_id AS "requestId", e.part, e.revision, e.organization_id AS "organizationId", e.project_id AS "projectId",
  e.api_key_id AS "apiKeyId", e.member_id AS "memberId", e.end_user AS "endUser", e.tags, e.occurred_at AS "occurredAt",
  e.gateway_id AS "gatewayId", e.endpoint, e.surface, e.requested_model AS "requestedModel",
  e.served_model AS "servedModel", e.provider, e.upstream_dialect AS "upstreamDialect",
  e.upstream_model AS "upstreamModel", e.priced_model AS "pricedModel", e.deployment_id AS "deploymentId", e.region,
  e.service_tier AS "serviceTier", e.credential_owner AS "credentialOwner", e.simulated, e.stream, e.outcome,
  e.error_code AS "errorCode", e.status, e.usage, e.usage_source AS "usageSource",
  e.price_snapshot_id AS "priceSnapshotId", e.rating_state AS "ratingState", e.charge,
  e.unpriced_meters AS "unpricedMeters", e.provider_cost AS "providerCost", e.list_cost AS "listCost",
  e.billed_cost AS "billedCost", e.provider_reported_cost AS "providerReportedCost",
  e.captured_cost AS "capturedCost", e.hold, e.attempts, e.routing, e.admitted_ms AS "admittedMs",
  e.dispatched_ms AS "dispatchedMs", e.first_token_ms AS "firstTokenMs", e.total_ms AS "totalMs"`;

export interface BookedUsageRow {
  readonly requestId: string;
  readonly part: number;
  readonly revision: number;
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly memberId: string | null;
  readonly endUser: string | null;
  readonly tags: readonly string[];
  readonly occurredAt: Date;
  readonly gatewayId: string;
  readonly endpoint: string;
  readonly surface: string;
  readonly requestedModel: string;
  readonly servedModel: string | null;
  readonly provider: string | null;
  readonly upstreamDialect: string | null;
  readonly upstreamModel: string | null;
  readonly pricedModel: string | null;
  readonly deploymentId: string | null;
  readonly region: string | null;
  readonly serviceTier: string;
  readonly credentialOwner: 'operator' | 'organization' | null;
  readonly simulated: boolean;
  readonly stream: boolean;
  readonly outcome: string;
  readonly errorCode: string | null;
  readonly status: number;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly priceSnapshotId: string | null;
  readonly ratingState: string;
  readonly charge: string;
  readonly unpricedMeters: readonly string[];
  readonly providerCost: string;
  readonly listCost: string;
  readonly billedCost: string;
  readonly providerReportedCost: string | null;
  readonly capturedCost: string | null;
  readonly hold: string;
  readonly attempts: readonly AttemptRecord[];
  readonly routing: RouteDecision | null;
  readonly admittedMs: number;
  readonly dispatchedMs: number | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
}

/** The catalogue's name for a model, for events from before it was kept. */
export type PricedModelOf = (provider: string, upstreamModel: string) => string;

/**
 * The event that a row was booked from, as a journal would hold it. Its usage is what was settled, which settles to itself;
 * what was only needed for settling (the bound of the input, the delivered characters) is not kept, and 0.
 * @throws RangeError for words that this version does not know: the row was written by a newer one.
 */
export function readBookedUsage(row: BookedUsageRow, pricedModelOf: PricedModelOf): UsageEvent {
  const { outcome, errorCode } = row;
  if (!isOutcome(outcome)) throw new RangeError(`${row.requestId} has the unknown outcome ${outcome}`);
  if (errorCode !== null && !isErrorCode(errorCode)) throw new RangeError(`${errorCode} is no known error`);
  return {
    kind: 'event',
    requestId: row.requestId,
    part: row.part,
    revision: row.revision,
    occurredAt: row.occurredAt.getTime(),
    organizationId: row.organizationId,
    projectId: row.projectId,
    apiKeyId: row.apiKeyId,
    memberId: row.memberId,
    endUser: row.endUser,
    tags: row.tags,
    gatewayId: row.gatewayId,
    endpoint: row.endpoint,
    surface: row.surface,
    requestedModel: row.requestedModel,
    stream: row.stream,
    target: targetOf(row, pricedModelOf),
    priceSnapshotId: row.priceSnapshotId,
    holdNanos: Number(picosToNanosUp(parsePicos(row.hold))),
    inputTokensBound: 0,
    outcome,
    errorCode,
    status: row.status,
    usage: row.usage,
    usageSource: row.usageSource,
    servedModel: row.servedModel,
    serviceTier: row.serviceTier,
    deliveredCharacters: 0,
    providerReportedCost: row.providerReportedCost,
    capturedCost: row.capturedCost,
    attempts: row.attempts,
    routing: row.routing,
    timings: {
      admittedMs: row.admittedMs,
      dispatchedMs: row.dispatchedMs,
      firstTokenMs: row.firstTokenMs,
      totalMs: row.totalMs,
    },
  };
}

function targetOf(row: BookedUsageRow, pricedModelOf: PricedModelOf): UsageEvent['target'] {
  const { provider, upstreamModel, deploymentId, region, credentialOwner, upstreamDialect } = row;
  if (provider === null || upstreamModel === null || deploymentId === null) return null;
  return {
    deploymentId,
    provider,
    ...(upstreamDialect !== null && { dialect: upstreamDialect }),
    upstreamModel,
    pricedModel: row.pricedModel ?? pricedModelOf(provider, upstreamModel),
    region: region ?? '*',
    credentialOwner: credentialOwner ?? 'operator',
    simulated: row.simulated,
  };
}

/**
 * The payload of the inbox by which the event is rated anew, at other prices. What the gateway captured is told by the
 * revision that it captured: a correction is another amount on purpose.
 */
export function correctionPayload(event: UsageEvent, priceSnapshotId: string): string {
  return JSON.stringify({ ...event, revision: event.revision + 1, priceSnapshotId, capturedCost: null });
}

/** Amounts of one event, picounits of US dollars. */
export interface EventMoney {
  readonly billedCost: Picos;
  readonly providerCost: Picos;
  readonly listCost: Picos;
}

export function bookedMoney({ billedCost, providerCost, listCost }: BookedUsageRow): EventMoney {
  return {
    billedCost: parsePicos(billedCost),
    providerCost: parsePicos(providerCost),
    listCost: parsePicos(listCost),
  };
}
