import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
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
  { name: 'payload', type: 'text', value: (event) => event.payload },
];

const INSERT = `${insertStatement('usage_inbox', COLUMNS)} ON CONFLICT DO NOTHING`;

/** Stores events for the worker, in one statement. Sending the same ones again changes nothing. */
export async function insertUsageInbox(pool: pg.Pool, events: readonly InboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  await pool.query({ name: 'insert_usage_inbox', text: INSERT, values: columnValues(COLUMNS, events) });
}
