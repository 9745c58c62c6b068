import type pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';
import { inTransaction } from '../transaction.js';
import { usageLane } from '../usage-tables/usage-lanes.js';
import { BOOKED_USAGE_COLUMNS, correctionPayload, readBookedUsage } from './booked-usage.js';
import type { BookedUsageRow, PricedModelOf } from './booked-usage.js';

const BATCH_SIZE = 500;
/** The inbox is booked in the order in which requests occurred: more corrections at once would keep new usage waiting. */
const MAX_WAITING = 10_000;

const POSTING = `SELECT id FROM price_correction WHERE state = 'posting' ORDER BY id`;

/**
 * Sends the corrections that are to be posted: each event that differs goes through the inbox as the next revision of
 * itself, at the prices by which the difference was shown. Rollups, budgets, accruals and grants follow from that as from any
 * other correction. Where somebody else corrected an event in between it is left alone.
 * The caller is the only one at it; whoever comes after a crash goes on, and an event is never sent twice.
 * @returns whether anything is left to be done
 */
export async function postPriceCorrections(
  pool: pg.Pool,
  pricedModelOf: PricedModelOf,
  maxWaiting = MAX_WAITING,
): Promise<boolean> {
  let isLeft = false;
  for (const { id } of (await pool.query<{ id: string }>(POSTING)).rows) {
    await settleSent(pool, id);
    let room = maxWaiting - (await countSent(pool, id));
    while (room > 0) {
      const count = await sendBatch(pool, id, { pricedModelOf, limit: Math.min(room, BATCH_SIZE) });
      if (count === 0) break;
      room -= count;
    }
    await settleSent(pool, id);
    if (!(await finish(pool, id))) isLeft = true;
  }
  return isLeft;
}

const SENT = `SELECT count(*)::int AS events FROM price_correction_event WHERE price_correction_id = $1 AND state = 'sent'`;

async function countSent(pool: pg.Pool, id: string): Promise<number> {
  return (await pool.query<{ events: number }>(SENT, [id])).rows[0]?.events ?? 0;
}

const NEXT = `
  SELECT ${BOOKED_USAGE_COLUMNS}, c.snapshot_id AS "correctionSnapshotId",
    EXISTS (
      SELECT FROM usage_event later
      WHERE later.request_id = c.request_id AND later.part = c.part AND later.revision > c.revision
    ) AS "isSuperseded"
  FROM (
    SELECT * FROM price_correction_event WHERE price_correction_id = $1 AND state = 'shown'
    ORDER BY request_id, part LIMIT $2 FOR UPDATE
  ) c
  JOIN usage_event e ON e.request_id = c.request_id AND e.part = c.part AND e.revision = c.revision`;

type NextRow = BookedUsageRow & { readonly correctionSnapshotId: string; readonly isSuperseded: boolean };

const SEND = `
  INSERT INTO usage_inbox (lane, request_id, part, revision, payload)
  SELECT * FROM unnest($1::smallint[], $2::uuid[], $3::smallint[], $4::smallint[], $5::text[])
  ON CONFLICT DO NOTHING RETURNING request_id AS "requestId", part`;

const MARK = `
  UPDATE price_correction_event c SET state = given.state
  FROM unnest($2::uuid[], $3::smallint[], $4::text[]) AS given(request_id, part, state)
  WHERE c.price_correction_id = $1 AND c.request_id = given.request_id AND c.part = given.part`;

interface Sending {
  readonly pricedModelOf: PricedModelOf;
  readonly limit: number;
}

async function sendBatch(pool: pg.Pool, id: string, { pricedModelOf, limit }: Sending): Promise<number> {
  return inTransaction(pool, 'READ COMMITTED', async (client) => {
    const { rows } = await client.query<NextRow>(NEXT, [id, limit]);
    if (rows.length === 0) return 0;
    const sent = await send(
      client,
      rows.filter(({ isSuperseded }) => !isSuperseded),
      pricedModelOf,
    );
    // what somebody else has put into the inbox in between is not ours
    const states = rows.map((row) => (sent.has(keyOf(row)) ? 'sent' : 'superseded'));
    const ids = arrayLiteral(rows.map(({ requestId }) => requestId));
    await client.query(MARK, [id, ids, arrayLiteral(rows.map(({ part }) => part)), arrayLiteral(states)]);
    return rows.length;
  });
}

const keyOf = ({ requestId, part }: Pick<NextRow, 'requestId' | 'part'>): string => `${requestId} ${part}`;

async function send(
  client: pg.PoolClient,
  rows: readonly NextRow[],
  pricedModelOf: PricedModelOf,
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const payloads = rows.map((row) => correctionPayload(readBookedUsage(row, pricedModelOf), row.correctionSnapshotId));
  const { rows: sent } = await client.query<Pick<NextRow, 'requestId' | 'part'>>(SEND, [
    arrayLiteral(rows.map(({ organizationId }) => usageLane(organizationId))),
    arrayLiteral(rows.map(({ requestId }) => requestId)),
    arrayLiteral(rows.map(({ part }) => part)),
    arrayLiteral(rows.map(({ revision }) => revision + 1)),
    arrayLiteral(payloads),
  ]);
  return new Set(sent.map(keyOf));
}

/**
 * What became of the events that were sent. Booking takes an event out of the inbox and books it, or puts it into the
 * quarantine, in one transaction: one statement sees one or the other.
 */
const SETTLE = `
  UPDATE price_correction_event c
  SET state = CASE
    WHEN e.request_id IS NULL THEN 'refused'
    WHEN e.billed_cost = c.billed_after AND e.price_snapshot_id = c.snapshot_id THEN 'booked'
    ELSE 'superseded'
  END
  FROM price_correction_event sent
  LEFT JOIN usage_event e ON e.request_id = sent.request_id AND e.part = sent.part AND e.revision = sent.revision + 1
  WHERE sent.price_correction_id = $1 AND sent.state = 'sent'
    AND c.price_correction_id = sent.price_correction_id AND c.request_id = sent.request_id AND c.part = sent.part
    AND NOT EXISTS (
      SELECT FROM usage_inbox i
      WHERE i.request_id = sent.request_id AND i.part = sent.part AND i.revision = sent.revision + 1
    )`;

async function settleSent(pool: pg.Pool, id: string): Promise<void> {
  const { rowCount } = await pool.query(SETTLE, [id]);
  await pool.query(`UPDATE price_correction SET events_done = events_done + $2 WHERE id = $1 AND $2 > 0`, [
    id,
    rowCount ?? 0,
  ]);
}

const FINISH = `UPDATE price_correction c SET state = 'posted', posted_at = now(), events_done = events_total
  WHERE id = $1 AND state = 'posting' AND NOT EXISTS (
    SELECT FROM price_correction_event e WHERE e.price_correction_id = c.id AND e.state IN ('shown', 'sent')
  )`;

async function finish(pool: pg.Pool, id: string): Promise<boolean> {
  return (await pool.query(FINISH, [id])).rowCount === 1;
}
