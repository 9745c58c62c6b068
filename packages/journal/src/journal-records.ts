import type { Intent, JournalRecord } from '@tollgate/domain';

/** An event as it stands in the journal, with the key under which the inbox files it. */
export interface ForwardedEvent {
  readonly organizationId: string;
  readonly requestId: string;
  readonly part: number;
  readonly revision: number;
  /** The record's JSON, byte for byte. */
  readonly payload: string;
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

/** Reads the text of a record, or returns `null` when it is none: a defect of whoever wrote it. */
export function readRecord(text: string): ReadRecord | null {
  try {
    const record = JSON.parse(text) as JournalRecord;
    if (record.kind === 'intent') return { kind: 'intent', intent: record };
    const { kind, organizationId, requestId, part, revision } = record;
    const isEvent =
      kind === 'event' &&
      typeof organizationId === 'string' &&
      UUID.test(requestId) &&
      isSmall(part) &&
      isSmall(revision);
    return isEvent ? { kind, event: { organizationId, requestId, part, revision, payload: text } } : null;
  } catch {
    return null;
  }
}

/** What forwarding has to know of a record. */
export type SkimmedRecord =
  { readonly kind: 'intent'; readonly requestId: string } | { readonly kind: 'event'; readonly event: ForwardedEvent };

const ID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
const INTENT_HEAD = new RegExp(`^\\{"kind":"intent","requestId":"${ID}",`);
const EVENT_HEAD = new RegExp(
  `^\\{"kind":"event","part":(\\d{1,4}),"revision":(\\d{1,4}),"requestId":"${ID}","occurredAt":\\d+` +
    ',"gatewayId":"[^"\\\\]*","endpoint":"[^"\\\\]*","surface":"[^"\\\\]*","organizationId":"([^"\\\\]+)",',
);

/**
 * The same as {@link readRecord}, but from the head of a record alone where it is written in the gateway's own order:
 * parsing every record was half of what forwarding cost. What is wrong behind the head is the worker's to quarantine.
 */
export function skimRecord(text: string): SkimmedRecord | null {
  const intent = INTENT_HEAD.exec(text);
  if (intent !== null) return { kind: 'intent', requestId: intent[1] as string };
  const head = EVENT_HEAD.exec(text);
  if (head !== null) {
    const [, part, revision, requestId, organizationId] = head as unknown as [string, string, string, string, string];
    return {
      kind: 'event',
      event: { organizationId, requestId, part: Number(part), revision: Number(revision), payload: text },
    };
  }
  const record = readRecord(text);
  return record?.kind === 'intent' ? { kind: 'intent', requestId: record.intent.requestId } : record;
}

const isSmall = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 32_767;
