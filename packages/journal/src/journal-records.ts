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

const isSmall = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 32_767;
