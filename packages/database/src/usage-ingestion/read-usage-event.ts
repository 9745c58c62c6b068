import { instantOfUuid, isErrorCode, isOutcome, parsePicos, usageProblem } from '@tollgate/domain';
import type { AttemptRecord, Target, Timings, UsageEvent, UsageSource } from '@tollgate/domain';

/** The payload is no usage event that could be booked. The message names what is wrong, not what it contains. */
export class InvalidUsageEvent extends Error {
  override readonly name = 'InvalidUsageEvent';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const USAGE_SOURCES: ReadonlySet<unknown> = new Set<UsageSource>(['reported', 'recovered', 'estimated', 'none']);
const MAX_SMALLINT = 32_767;
/** Longer names from callers are cut: they are keys of indexes, and no one could read them anyway. */
const MAX_NAME_LENGTH = 256;
const MAX_TAGS = 64;
const DAY_MS = 86_400_000;
/** Older partitions may be gone, and with them the memory of what was booked already. */
const MAX_AGE_DAYS = 400;

type Fields = Readonly<Record<string, unknown>>;

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
    routing: null,
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
    cost: null,
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

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new InvalidUsageEvent(`${name} is not text`);
  return value;
}

function optionalText(fields: Fields, name: string): string | null {
  return fields[name] === null ? null : text(fields, name);
}

function optionalMoney(fields: Fields, name: string): string | null {
  const amount = optionalText(fields, name);
  try {
    if (amount !== null) parsePicos(amount);
    return amount;
  } catch {
    throw new InvalidUsageEvent(`${name} is not a decimal amount`);
  }
}

function flag(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== 'boolean') throw new InvalidUsageEvent(`${name} is not true or false`);
  return value;
}

function whole(fields: Fields, name: string, max: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max) {
    throw new InvalidUsageEvent(`${name} is not a whole number between 0 and ${max}`);
  }
  return value;
}

function duration(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidUsageEvent(`${name} is not a number`);
  return Math.max(0, value);
}

function object(fields: Fields, name: string): Fields {
  return requireObject(fields[name], name);
}

function requireObject(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidUsageEvent(`${name} is not an object`);
  }
  return value as Fields;
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new InvalidUsageEvent(`${name} is not a list`);
  return value;
}
