import type { RatedLine } from '@tollgate/billing';
import { formatPicos, nanosToPicos } from '@tollgate/domain';

import { arrayLiteral } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { sharedInstantText } from '../usage-tables/instant-texts.js';
import type { FundedEvent } from './funded-event.js';

const instant = (ms: number): string => new Date(ms).toISOString();

export const EVENT_COLUMNS: readonly Column<FundedEvent>[] = [
  { name: 'request_id', type: 'uuid', value: ({ event }) => event.requestId },
  { name: 'part', type: 'smallint', value: ({ event }) => event.part },
  { name: 'revision', type: 'smallint', value: ({ event }) => event.revision },
  { name: 'organization_id', type: 'text', value: ({ event }) => event.organizationId },
  { name: 'project_id', type: 'text', value: ({ event }) => event.projectId },
  { name: 'api_key_id', type: 'text', value: ({ event }) => event.apiKeyId },
  { name: 'member_id', type: 'text', value: ({ event }) => event.memberId },
  { name: 'end_user', type: 'text', value: ({ event }) => event.endUser },
  { name: 'tags', type: 'text[]', value: ({ event }) => arrayLiteral(event.tags) },
  { name: 'occurred_at', type: 'timestamptz', value: ({ event }) => instant(event.occurredAt) },
  { name: 'accounting_period', type: 'text', value: ({ accountingPeriod }) => accountingPeriod },
  {
    name: 'booked_at',
    type: 'timestamptz',
    value: ({ organization }) => sharedInstantText(organization.bookedAt),
  },
  { name: 'billing_mode', type: 'text', value: ({ organization }) => organization.billingMode },
  { name: 'gateway_id', type: 'text', value: ({ event }) => event.gatewayId },
  { name: 'endpoint', type: 'text', value: ({ event }) => event.endpoint },
  { name: 'surface', type: 'text', value: ({ event }) => event.surface },
  { name: 'requested_model', type: 'text', value: ({ event }) => event.requestedModel },
  { name: 'served_model', type: 'text', value: ({ event }) => event.servedModel },
  { name: 'provider', type: 'text', value: ({ event }) => event.target?.provider ?? null },
  { name: 'upstream_dialect', type: 'text', value: ({ event }) => event.target?.dialect ?? null },
  { name: 'upstream_model', type: 'text', value: ({ event }) => event.target?.upstreamModel ?? null },
  { name: 'priced_model', type: 'text', value: ({ event }) => event.target?.pricedModel ?? null },
  { name: 'deployment_id', type: 'text', value: ({ event }) => event.target?.deploymentId ?? null },
  { name: 'region', type: 'text', value: ({ event }) => event.target?.region ?? null },
  { name: 'service_tier', type: 'text', value: ({ event }) => event.serviceTier },
  { name: 'credential_owner', type: 'text', value: ({ event }) => event.target?.credentialOwner ?? null },
  { name: 'simulated', type: 'boolean', value: ({ event }) => event.target?.simulated ?? false },
  { name: 'stream', type: 'boolean', value: ({ event }) => event.stream },
  { name: 'outcome', type: 'text', value: ({ event }) => event.outcome },
  { name: 'error_code', type: 'text', value: ({ event }) => event.errorCode },
  { name: 'status', type: 'smallint', value: ({ event }) => event.status },
  { name: 'usage', type: 'jsonb', value: ({ usage }) => JSON.stringify(usage) },
  { name: 'usage_source', type: 'text', value: ({ usageSource }) => usageSource },
  { name: 'input_tokens', type: 'bigint', value: (booked) => booked.inputTokens },
  { name: 'output_tokens', type: 'bigint', value: (booked) => booked.outputTokens },
  { name: 'cache_read_tokens', type: 'bigint', value: (booked) => booked.cacheReadTokens },
  { name: 'price_snapshot_id', type: 'text', value: ({ event }) => event.priceSnapshotId },
  { name: 'rating_state', type: 'text', value: ({ ratingState }) => ratingState },
  { name: 'unpriced_meters', type: 'text[]', value: ({ unpricedMeters }) => arrayLiteral(unpricedMeters) },
  { name: 'charge', type: 'text', value: ({ charge }) => charge },
  { name: 'provider_cost', type: 'numeric', value: ({ providerCost }) => formatPicos(providerCost) },
  { name: 'list_cost', type: 'numeric', value: ({ listCost }) => formatPicos(listCost) },
  { name: 'billed_cost', type: 'numeric', value: ({ billedCost }) => formatPicos(billedCost) },
  { name: 'prepaid_cost', type: 'numeric', value: ({ prepaidCost }) => formatPicos(prepaidCost) },
  { name: 'promo_cost', type: 'numeric', value: ({ promoCost }) => formatPicos(promoCost) },
  { name: 'provider_reported_cost', type: 'numeric', value: ({ event }) => event.providerReportedCost },
  { name: 'captured_cost', type: 'numeric', value: ({ event }) => event.capturedCost },
  { name: 'hold', type: 'numeric', value: ({ event }) => formatPicos(nanosToPicos(event.holdNanos)) },
  { name: 'attempts', type: 'jsonb', value: ({ event }) => JSON.stringify(event.attempts) },
  {
    name: 'routing',
    type: 'jsonb',
    value: ({ event }) => (event.routing === null ? null : JSON.stringify(event.routing)),
  },
  { name: 'admitted_ms', type: 'double precision', value: ({ event }) => event.timings.admittedMs },
  { name: 'dispatched_ms', type: 'double precision', value: ({ event }) => event.timings.dispatchedMs },
  { name: 'first_token_ms', type: 'double precision', value: ({ event }) => event.timings.firstTokenMs },
  { name: 'total_ms', type: 'double precision', value: ({ event }) => event.timings.totalMs },
];

/** A rated line with the event that it belongs to. */
export interface EventLine {
  readonly booked: FundedEvent;
  readonly index: number;
  readonly line: RatedLine;
}

export const LINE_COLUMNS: readonly Column<EventLine>[] = [
  { name: 'request_id', type: 'uuid', value: ({ booked }) => booked.event.requestId },
  { name: 'part', type: 'smallint', value: ({ booked }) => booked.event.part },
  { name: 'revision', type: 'smallint', value: ({ booked }) => booked.event.revision },
  { name: 'line', type: 'smallint', value: ({ index }) => index },
  { name: 'organization_id', type: 'text', value: ({ booked }) => booked.event.organizationId },
  { name: 'meter', type: 'text', value: ({ line }) => line.meter },
  { name: 'quantity', type: 'bigint', value: ({ line }) => line.quantity },
  { name: 'price_id', type: 'text', value: ({ line }) => line.priceId },
  { name: 'priced_as', type: 'text', value: ({ line }) => line.pricedAs },
  { name: 'cost_price_id', type: 'text', value: ({ line }) => line.costPriceId },
  { name: 'markup_basis_points', type: 'integer', value: ({ line }) => line.markupBasisPoints },
  { name: 'unit_amount', type: 'numeric', value: ({ line }) => formatPicos(line.amountPicos) },
  { name: 'per', type: 'integer', value: ({ line }) => line.per },
  { name: 'provider_cost', type: 'numeric', value: ({ line }) => formatPicos(line.providerCost) },
  { name: 'list_cost', type: 'numeric', value: ({ line }) => formatPicos(line.listCost) },
  { name: 'billed_cost', type: 'numeric', value: ({ line }) => formatPicos(line.billedCost) },
];
