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

const ID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
const INTENT_BEGINNING = '{"kind":"intent","requestId":"';
const INTENT_HEAD_LENGTH = INTENT_BEGINNING.length + 38;
const INTENT_HEAD = new RegExp(`^\\{"kind":"intent","requestId":"${ID}",$`);
// plain characters only: the head is read as ASCII, and anything else there is read with the whole record
const PLAIN = '[!#-\\[\\]-~]';
const EVENT_HEAD = new RegExp(
  `^\\{"kind":"event","part":(\\d{1,4}),"revision":(\\d{1,4}),"requestId":"${ID}","occurredAt":\\d+` +
    `,"gatewayId":"${PLAIN}*","endpoint":"${PLAIN}*","surface":"${PLAIN}*","organizationId":"(${PLAIN}+)",`,
);
/** Longer heads are read with the whole record. */
const EVENT_HEAD_LENGTH = 320;
/** Where `{"kind":"intent"` and `{"kind":"event"` differ first, and what stands there in an intent. */
const KIND_AT = 9;
const INTENT_INITIAL = 105;

/**
 * The same as {@link readRecord}, but from the head of a record alone where it is written in the gateway's own order:
 * the rest of it travels as the bytes that it is, since decoding and parsing were most of what forwarding cost. What is
 * wrong behind the head is the worker's to quarantine.
 */
export function skimRecord(bytes: Buffer): SkimmedRecord | null {
  if (bytes[KIND_AT] === INTENT_INITIAL) {
    const intent = INTENT_HEAD.exec(bytes.toString('latin1', 0, INTENT_HEAD_LENGTH));
    if (intent !== null) return { kind: 'intent', requestId: intent[1] as string };
  } else {
    const head = EVENT_HEAD.exec(bytes.toString('latin1', 0, EVENT_HEAD_LENGTH));
    if (head !== null) {
      const [, part, revision, requestId, organizationId] = head as unknown as [string, string, string, string, string];
      return {
        kind: 'event',
        event: { organizationId, requestId, part: Number(part), revision: Number(revision), payload: bytes },
      };
    }
  }
  const record = readRecord(bytes);
  return record?.kind === 'intent' ? { kind: 'intent', requestId: record.intent.requestId } : record;
}

const isSmall = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 32_767;
