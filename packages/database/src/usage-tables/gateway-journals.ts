import type pg from 'pg';

const NOTE = `
  UPDATE gateway_registration
  SET stopped_at = coalesce(stopped_at, now()), forwarded_to = coalesce(stopped_at, now()) WHERE id = $1`;

/**
 * Notes that everything a gateway journaled is in Postgres, because another one has adopted its journal. Without it, a
 * gateway that was killed would keep months from being closed for ever.
 */
export async function noteJournalFinished(pool: pg.Pool, gatewayId: string): Promise<void> {
  await pool.query(NOTE, [gatewayId]);
}
