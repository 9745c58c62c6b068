import type { Intent, JournalRecord } from '@tollgate/domain';

/** An event as it stands in the journal, with the key under which the inbox files it. */
export interface ForwardedEvent {
  readonly organizationId: string;
  readonly requestId: string;
  readonly part: number;
  readonly revision: number;
  /** The record's JSON, byte for byte. Valid until the sink has stored the batch that it came in. */
  readonly payload: Buffer;
}

/**
 * Stores events for the worker. It may be given the same ones again, and must not count them twice; once it resolves,
 * the journal forgets them.
 */
export type EventSink = (batch: readonly ForwardedEvent[]) => Promise<void>;

export type ReadRecord =
  { readonly kind: 'intent'; readonly intent: Intent } | { readonly kind: 'event'; readonly event: ForwardedEvent };

// what the database would refuse must not come to the sink, or nothing behind it would ever be forwarded
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads the bytes of a record, or returns `null` when it is none: a defect of whoever wrote it. */
export function readRecord(bytes: Buffer): ReadRecord | null {
  try {
    const record = JSON.parse(bytes.toString()) as JournalRecord;
    if (record.kind === 'intent') return { kind: 'intent', intent: record };
    const { kind, organizationId, requestId, part, revision } = record;
    const isEvent =
      kind === 'event' &&
      typeof organizationId === 'string' &&
      UUID.test(requestId) &&
      isSmall(part) &&
      isSmall(revision);
    return isEvent ? { kind, event: { organizationId, requestId, part, revision, payload: bytes } } : null;
  } catch {
    return null;
  }
}

/** What forwarding has to know of a record. */
export type SkimmedRecord =
  { readonly kind: 'intent'; readonly requestId: string } | { readonly kind: 'event'; readonly event: ForwardedEvent };

const UUID_LENGTH = 36;
const INTENT_BEGINNING = Buffer.from('{"kind":"intent","requestId":"');
/** Gateways write first pieces and first revisions only. */
const EVENT_BEGINNING = Buffer.from('{"kind":"event","part":0,"revision":0,"requestId":"');
const ORGANIZATION_KEY = Buffer.from(',"organizationId":"');
/** Before it stand only the request's id, its instant, the gateway and the endpoint. */
const MAX_ORGANIZATION_AT = 320;
const QUOTE = 34;
/** Bytes that are themselves in JSON, and in UTF-8. */
const PLAIN = /^[!#-[\]-~]+$/;

/**
 * The same as {@link readRecord}, but from the head of a record alone where it is written in the gateway's own order:
 * the rest of it travels as the bytes that it is, since decoding and parsing were most of what forwarding cost. What is
 * wrong behind the head is the worker's to quarantine.
 */
export function skimRecord(bytes: Buffer): SkimmedRecord | null {
  const skimmed = skimEvent(bytes) ?? skimIntent(bytes);
  if (skimmed !== null) return skimmed;
  const record = readRecord(bytes);
  return record?.kind === 'intent' ? { kind: 'intent', requestId: record.intent.requestId } : record;
}

function skimIntent(bytes: Buffer): SkimmedRecord | null {
  const requestId = requestIdBehind(INTENT_BEGINNING, bytes);
  return requestId === null ? null : { kind: 'intent', requestId };
}

function skimEvent(bytes: Buffer): SkimmedRecord | null {
  const requestId = requestIdBehind(EVENT_BEGINNING, bytes);
  if (requestId === null) return null;
  const key = bytes.indexOf(ORGANIZATION_KEY, EVENT_BEGINNING.length + UUID_LENGTH);
  if (key < 0 || key > MAX_ORGANIZATION_AT) return null;
  const from = key + ORGANIZATION_KEY.length;
  const organizationId = bytes.toString('latin1', from, bytes.indexOf(QUOTE, from));
  if (!PLAIN.test(organizationId)) return null;
  return { kind: 'event', event: { organizationId, requestId, part: 0, revision: 0, payload: bytes } };
}

function requestIdBehind(beginning: Buffer, bytes: Buffer): string | null {
  const { length } = beginning;
  if (bytes.length <= length + UUID_LENGTH || bytes.compare(beginning, 0, length, 0, length) !== 0) return null;
  const requestId = bytes.toString('latin1', length, length + UUID_LENGTH);
  return bytes[length + UUID_LENGTH] === QUOTE && UUID.test(requestId) ? requestId : null;
}

const isSmall = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 32_767;
