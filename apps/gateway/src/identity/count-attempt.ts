import type { Database } from '@tollgate/database';
import { newId } from '@tollgate/domain';

/** Also how long attempts are kept, see the sign-in library's own limits. */
export const ATTEMPTS_WINDOW_SECONDS = 900;

interface Ceiling {
  /** Attempts in a window. */
  readonly max: number;
  readonly nowMs?: number;
}

/**
 * Counts an attempt before it is made, in one statement: attempts at once cannot slip through together.
 * @returns 0 when it may be made, else the seconds until one may.
 */
export async function countAttempt(database: Database, key: string, ceiling: Ceiling): Promise<number> {
  const { max, nowMs = Date.now() } = ceiling;
  const windowMs = ATTEMPTS_WINDOW_SECONDS * 1000;
  const { rows } = await database.pool.query<{ count: number; since: string }>(
    `INSERT INTO console_rate_limit AS known (id, key, count, last_request) VALUES ($1, $2, 1, $3)
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN known.last_request <= $3 - $4::bigint THEN 1 ELSE least(known.count + 1, $5 + 1) END,
       last_request = CASE WHEN known.last_request <= $3 - $4::bigint THEN $3 ELSE known.last_request END
     RETURNING count, last_request AS since`,
    [newId('consoleRateLimit'), key, nowMs, windowMs, max],
  );
  const [row] = rows;
  if (row === undefined || row.count <= max) return 0;
  return Math.max(1, Math.ceil((Number(row.since) + windowMs - nowMs) / 1000));
}
