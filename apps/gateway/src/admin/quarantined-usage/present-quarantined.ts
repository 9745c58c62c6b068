import { idOfBytes, publicRequestId, type UsageEvent } from '@tollgate/domain';
import type { QuarantinedUsage, QuarantinedUsageDetail } from '@tollgate/wire';
import { instantOrNull } from '../http/presentation.js';
import { eventKeyOf, readPayload } from './event-key.js';
import type { QuarantineRow } from './quarantined-usage.repository.js';

const ID_BYTES = 16;

/** The same payload has the same id, whenever it comes. */
const idOf = ({ digest }: QuarantineRow): string => idOfBytes('quarantinedUsage', digest.subarray(0, ID_BYTES));

const stateOf = ({ resolved_at, resolution }: QuarantineRow): QuarantinedUsage['state'] =>
  resolved_at === null ? 'quarantined' : resolution === null ? 'retried' : 'dismissed';

export function presentQuarantined(row: QuarantineRow): QuarantinedUsage {
  const payload = readPayload(row.payload);
  const key = eventKeyOf(payload);
  const organizationId = payload?.['organizationId'];
  return {
    id: idOf(row),
    state: stateOf(row),
    reason: row.reason,
    attempts: row.attempts,
    requestId: key === null ? null : publicRequestId(key.requestUuid),
    organizationId: typeof organizationId === 'string' ? organizationId : null,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    resolvedAt: instantOrNull(row.resolved_at),
    resolvedBy: row.resolved_by,
    resolution: row.resolution,
  };
}

/** Of what came only what a usage event has is shown: whatever else somebody may have put there is not. */
export function presentQuarantinedDetail(row: QuarantineRow): QuarantinedUsageDetail {
  const payload = readPayload(row.payload);
  const fields = Object.entries(payload ?? {});
  return {
    ...presentQuarantined(row),
    bytes: Buffer.byteLength(row.payload),
    payload: payload === null ? null : Object.fromEntries(fields.filter(([name]) => SHOWN.has(name))),
    unknownFields: fields.map(([name]) => name).filter((name) => !SHOWN.has(name)),
  };
}

/** Every field of a usage event: a new one does not compile until it is decided here whether it is shown. */
const FIELDS: Record<keyof UsageEvent, boolean> = {
  kind: true,
  requestId: true,
  part: true,
  revision: true,
  occurredAt: true,
  organizationId: true,
  projectId: true,
  apiKeyId: true,
  memberId: true,
  endUser: true,
  tags: true,
  gatewayId: true,
  endpoint: true,
  surface: true,
  requestedModel: true,
  stream: true,
  holdNanos: true,
  inputTokensBound: true,
  target: true,
  priceSnapshotId: true,
  outcome: true,
  errorCode: true,
  status: true,
  usage: true,
  usageSource: true,
  servedModel: true,
  serviceTier: true,
  deliveredCharacters: true,
  providerReportedCost: true,
  capturedCost: true,
  attempts: true,
  routing: true,
  timings: true,
};
const SHOWN = new Set(Object.entries(FIELDS).flatMap(([name, isShown]) => (isShown ? [name] : [])));
