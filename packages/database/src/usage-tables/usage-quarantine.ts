import { hash } from 'node:crypto';

import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';

/** A payload that cannot be booked, and why. */
export interface QuarantinedPayload {
  readonly payload: string;
  readonly reason: string;
}

const MAX_REASON_LENGTH = 500;

const COLUMNS: readonly Column<QuarantinedPayload>[] = [
  { name: 'digest', type: 'bytea', value: ({ payload }) => `\\x${hash('sha256', payload, 'hex')}` },
  { name: 'payload', type: 'text', value: ({ payload }) => payload },
  { name: 'reason', type: 'text', value: ({ reason }) => reason.slice(0, MAX_REASON_LENGTH) },
];

const INSERT = `${insertStatement('usage_quarantine', COLUMNS)}
  ON CONFLICT (digest) DO UPDATE
  SET attempts = t.attempts + 1, last_seen_at = now(), reason = excluded.reason,
      resolved_at = NULL, resolved_by = NULL, resolution = NULL`;

/** Keeps payloads that cannot be booked. One that comes again is counted, not stored twice. */
export async function quarantineUsage(
  client: pg.Pool | pg.PoolClient,
  payloads: readonly QuarantinedPayload[],
): Promise<void> {
  if (payloads.length === 0) return;
  const distinct = [...new Map(payloads.map((entry) => [entry.payload, entry])).values()];
  await client.query({ name: 'quarantine_usage', text: INSERT, values: columnValues(COLUMNS, distinct) });
}
