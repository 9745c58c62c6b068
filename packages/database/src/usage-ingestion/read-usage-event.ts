import { instantOfUuid, isErrorCode, isOutcome, usageProblem } from '@tollgate/domain';
import type { AttemptRecord, Outcome, Target, Timings, UsageEvent, UsageSource } from '@tollgate/domain';

import {
  duration,
  flag,
  InvalidUsageEvent,
  list,
  object,
  optionalMoney,
  optionalText,
  requireObject,
  text,
  whole,
} from './event-fields.js';
import type { Fields } from './event-fields.js';
import { readRouteDecision } from './read-route-decision.js';

export { InvalidUsageEvent } from './event-fields.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const USAGE_SOURCES: ReadonlySet<unknown> = new Set<UsageSource>(['reported', 'recovered', 'estimated', 'none']);
/** What a request can cost beside itself. Nobody but us pays for any of it. */
const OUTCOMES_OF_WASTE: readonly Outcome[] = ['upstream_failed', 'hedge_loser', 'shadow_copy'];
const MAX_SMALLINT = 32_767;
/** Longer names from callers are cut: they are keys of indexes, and no one could read them anyway. */
const MAX_NAME_LENGTH = 256;
const MAX_TAGS = 64;
const DAY_MS = 86_400_000;
/** Older partitions may be gone, and with them the memory of what was booked already. */
const MAX_AGE_DAYS = 400;

/**
 * Reads and checks a journal record. What Postgres cannot store in text (NUL, half a surrogate pair) is replaced: a caller
 * who sends such an end-user id is charged like everybody else.
 * @throws InvalidUsageEvent when the record cannot be booked.
 */
export function readUsageEvent(payload: string, now: number): UsageEvent {
  const fields = parse(payload);
  if (fields['kind'] !== 'event') throw new InvalidUsageEvent('kind is not "event"');
  const requestId = text(fields, 'requestId');
  if (!UUID.test(requestId)) throw new InvalidUsageEvent('requestId is not a UUIDv7');
  const occurredAt = whole(fields, 'occurredAt', Number.MAX_SAFE_INTEGER);
  if (occurredAt !== instantOfUuid(requestId)) {
    throw new InvalidUsageEvent('occurredAt is not the instant inside requestId');
  }
  if (occurredAt > now + DAY_MS) throw new InvalidUsageEvent('occurredAt is in the future');
  if (occurredAt < now - MAX_AGE_DAYS * DAY_MS) throw new InvalidUsageEvent('occurredAt is beyond retention');
  return {
    kind: 'event',
    requestId,
    occurredAt,
    part: whole(fields, 'part', MAX_SMALLINT),
    revision: whole(fields, 'revision', MAX_SMALLINT),
    ...attribution(fields),
    gatewayId: text(fields, 'gatewayId'),
    endpoint: text(fields, 'endpoint'),
    surface: text(fields, 'surface'),
    requestedModel: text(fields, 'requestedModel').slice(0, MAX_NAME_LENGTH),
    stream: flag(fields, 'stream'),
    target: fields['target'] === null ? null : target(object(fields, 'target')),
    priceSnapshotId: optionalText(fields, 'priceSnapshotId'),
    holdNanos: whole(fields, 'holdNanos', Number.MAX_SAFE_INTEGER),
    inputTokensBound: whole(fields, 'inputTokensBound', Number.MAX_SAFE_INTEGER),
    ...settlement(fields),
    attempts: list(fields, 'attempts').map(attempt),
    // records from before it was kept have none
    routing: fields['routing'] == null ? null : readRouteDecision(object(fields, 'routing')),
    timings: timings(object(fields, 'timings')),
  };
}

function parse(payload: string): Fields {
  const needsRepair = /\\u(?:0000|d[89a-f])/i.test(payload);
  let record: unknown;
  try {
    record = needsRepair ? JSON.parse(payload, storable) : JSON.parse(payload);
  } catch {
    throw new InvalidUsageEvent('not JSON');
  }
  return requireObject(record, 'the record');
}

function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value;
}

function attribution(fields: Fields) {
  const tags = list(fields, 'tags');
  if (!tags.every((tag) => typeof tag === 'string')) throw new InvalidUsageEvent('tags are not text');
  return {
    organizationId: text(fields, 'organizationId'),
    projectId: text(fields, 'projectId'),
    apiKeyId: text(fields, 'apiKeyId'),
    memberId: optionalText(fields, 'memberId'),
    endUser: optionalText(fields, 'endUser')?.slice(0, MAX_NAME_LENGTH) ?? null,
    tags: [...new Set(tags.slice(0, MAX_TAGS).map((tag) => tag.slice(0, MAX_NAME_LENGTH)))],
  };
}

function settlement(fields: Fields) {
  const outcome = text(fields, 'outcome');
  if (!isOutcome(outcome)) throw new InvalidUsageEvent('outcome is unknown');
  if (fields['part'] !== 0 && !OUTCOMES_OF_WASTE.includes(outcome)) {
    throw new InvalidUsageEvent('a part above 0 is what a request cost beside, which never ends like this');
  }
  const usage = object(fields, 'usage');
  const problem = usageProblem(usage);
  if (problem !== null) throw new InvalidUsageEvent(`usage: ${problem}`);
  const usageSource = fields['usageSource'];
  if (!USAGE_SOURCES.has(usageSource)) throw new InvalidUsageEvent('usageSource is unknown');
  return {
    outcome,
    errorCode: errorCode(fields),
    status: whole(fields, 'status', 999),
    usage,
    usageSource: usageSource as UsageSource,
    servedModel: optionalText(fields, 'servedModel')?.slice(0, MAX_NAME_LENGTH) ?? null,
    serviceTier: text(fields, 'serviceTier').slice(0, MAX_NAME_LENGTH),
    deliveredCharacters: whole(fields, 'deliveredCharacters', Number.MAX_SAFE_INTEGER),
    providerReportedCost: optionalMoney(fields, 'providerReportedCost'),
    capturedCost: optionalMoney(fields, 'capturedCost'),
  };
}

function target(fields: Fields): Target {
  const credentialOwner = fields['credentialOwner'];
  if (credentialOwner !== 'operator' && credentialOwner !== 'organization') {
    throw new InvalidUsageEvent('credentialOwner is unknown');
  }
  return {
    deploymentId: text(fields, 'deploymentId'),
    provider: text(fields, 'provider'),
    // records from before it was kept have none
    ...(fields['dialect'] !== undefined && { dialect: text(fields, 'dialect') }),
    upstreamModel: text(fields, 'upstreamModel').slice(0, MAX_NAME_LENGTH),
    pricedModel: text(fields, 'pricedModel').slice(0, MAX_NAME_LENGTH),
    region: text(fields, 'region'),
    credentialOwner,
    simulated: flag(fields, 'simulated'),
  };
}

function attempt(value: unknown): AttemptRecord {
  const fields = requireObject(value, 'an attempt');
  return {
    deploymentId: text(fields, 'deploymentId'),
    provider: text(fields, 'provider'),
    upstreamModel: text(fields, 'upstreamModel').slice(0, MAX_NAME_LENGTH),
    status: whole(fields, 'status', 999),
    errorCode: errorCode(fields),
    startedMs: duration(fields, 'startedMs'),
    endedMs: duration(fields, 'endedMs'),
    // records from before it was kept have none
    cost: fields['cost'] === undefined ? null : optionalMoney(fields, 'cost'),
  };
}

function timings(fields: Fields): Timings {
  return {
    admittedMs: duration(fields, 'admittedMs'),
    dispatchedMs: fields['dispatchedMs'] === null ? null : duration(fields, 'dispatchedMs'),
    firstTokenMs: fields['firstTokenMs'] === null ? null : duration(fields, 'firstTokenMs'),
    totalMs: duration(fields, 'totalMs'),
  };
}

function errorCode(fields: Fields): UsageEvent['errorCode'] {
  const code = optionalText(fields, 'errorCode');
  if (code === null || isErrorCode(code)) return code;
  throw new InvalidUsageEvent('errorCode is unknown');
}
