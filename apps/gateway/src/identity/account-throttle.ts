import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { hashSecret, newId } from '@tollgate/domain';

const MAX_ATTEMPTS = 10;
/** Also how long attempts are kept, see the sign-in library's own limits. */
export const ATTEMPTS_WINDOW_SECONDS = 900;

/**
 * Bounds how often the password of one account may be guessed, from wherever. Addresses that belong to nobody are
 * counted alike, so that an answer tells nothing of who has an account.
 */
@Injectable()
export class AccountThrottle {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt before it is made, in one statement: attempts at once cannot slip through together.
   * @returns 0 when it may be made, else the seconds until one may.
   */
  async attempt(email: string, nowMs = Date.now()): Promise<number> {
    const windowMs = ATTEMPTS_WINDOW_SECONDS * 1000;
    const { rows } = await this.database.pool.query<{ count: number; since: string }>(
      `INSERT INTO console_rate_limit AS known (id, key, count, last_request) VALUES ($1, $2, 1, $3)
       ON CONFLICT (key) DO UPDATE SET
         count = CASE WHEN known.last_request <= $3 - $4::bigint THEN 1 ELSE least(known.count + 1, $5 + 1) END,
         last_request = CASE WHEN known.last_request <= $3 - $4::bigint THEN $3 ELSE known.last_request END
       RETURNING count, last_request AS since`,
      [newId('consoleRateLimit'), keyOf(email), nowMs, windowMs, MAX_ATTEMPTS],
    );
    const [row] = rows;
    if (row === undefined || row.count <= MAX_ATTEMPTS) return 0;
    return Math.max(1, Math.ceil((Number(row.since) + windowMs - nowMs) / 1000));
  }

  /** Whoever has signed in begins anew. */
  async forget(email: string): Promise<void> {
    await this.database.pool.query('DELETE FROM console_rate_limit WHERE key = $1', [keyOf(email)]);
  }
}

/** Hashed: what strangers type is not stored. */
const keyOf = (email: string): string => `account|${hashSecret(email.trim().toLowerCase())}`;
