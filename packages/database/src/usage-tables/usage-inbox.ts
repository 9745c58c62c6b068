import type pg from 'pg';

import { columnValues } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { usageLane } from './usage-lanes.js';

/** An event on its way from a gateway's journal to the worker. */
export interface InboxEvent {
  readonly organizationId: string;
  readonly requestId: string;
  readonly part: number;
  readonly revision: number;
  /** The event's JSON, byte for byte as the journal holds it. */
  readonly payload: string;
}

const COLUMNS: readonly Column<InboxEvent>[] = [
  { name: 'lane', type: 'smallint', value: (event) => usageLane(event.organizationId) },
  { name: 'request_id', type: 'uuid', value: (event) => event.requestId },
  { name: 'part', type: 'smallint', value: (event) => event.part },
  { name: 'revision', type: 'smallint', value: (event) => event.revision },
];

/**
 * Payloads travel as one text, a line each: JSON has no line breaks of its own, while an array literal would have to
 * escape every quote of it, which cost a third of the forwarder's time.
 */
const INSERT = `INSERT INTO usage_inbox (lane, request_id, part, revision, payload)
  SELECT lane, request_id, part, revision, payload
  FROM ROWS FROM (
    unnest($1::smallint[]), unnest($2::uuid[]), unnest($3::smallint[]), unnest($4::smallint[]),
    string_to_table($5::text, E'\\n')
  ) AS given(lane, request_id, part, revision, payload)
  ON CONFLICT DO NOTHING`;

/** Stores events for the worker, in one statement. Sending the same ones again changes nothing. */
export async function insertUsageInbox(pool: pg.Pool, events: readonly InboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  const payloads = events.map(({ payload }) => (payload.includes('\n') ? oneLine(payload) : payload)).join('\n');
  await pool.query({ name: 'insert_usage_inbox', text: INSERT, values: [...columnValues(COLUMNS, events), payloads] });
}

/** Between the values of JSON a line break is white space; inside of them it is always escaped. */
function oneLine(payload: string): string {
  return payload.replaceAll('\n', ' ');
}
