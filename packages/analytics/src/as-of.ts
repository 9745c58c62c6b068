import type pg from 'pg';

/** What waits in the inbox is not in the rollups yet: they are as of the oldest of it. */
const AS_OF = `SELECT coalesce((SELECT min(received_at) FROM usage_inbox), now()) AS as_of`;

/** The instant up to which everything that the gateways forwarded is booked. */
export async function readAsOf(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ as_of: Date }>(AS_OF);
  return (rows[0]?.as_of ?? new Date()).toISOString();
}
