import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { hashSecret, newId } from '@tollgate/domain';

const MAX_ATTEMPTS_FROM_ONE_ADDRESS = 10;
/** Many times the other: whoever wants to keep an owner out has to guess from ten addresses. */
const MAX_ATTEMPTS_FROM_ALL = 100;
/** Also how long attempts are kept, see the sign-in library's own limits. */
export const ATTEMPTS_WINDOW_SECONDS = 900;

export interface SignInAttempt {
  readonly email: string;
  /** The client's, an IPv6 one cut to its /64; null when there is none to be read: those are counted together. */
  readonly address: string | null;
}

/**
 * Bounds how often the password of one account may be guessed: strictly from one address, so that a guesser locks the
 * account for nobody elsewhere, and loosely from all of them together. E-mail addresses that belong to nobody are
 * counted alike, so that an answer tells nothing of who has an account.
 */
@Injectable()
export class AccountThrottle {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt before it is made. What its own address may not try is not counted for the account: else one
   * guesser who goes on could use up everybody's attempts.
   * @returns 0 when it may be made, else the seconds until one may.
   */
  async attempt({ email, address }: SignInAttempt, nowMs = Date.now()): Promise<number> {
    const waitSeconds = await this.count(addressKeyOf(email, address), MAX_ATTEMPTS_FROM_ONE_ADDRESS, nowMs);
    return waitSeconds > 0 ? waitSeconds : this.count(accountKeyOf(email), MAX_ATTEMPTS_FROM_ALL, nowMs);
  }

  /** Whoever has signed in begins anew at the same address. What others have tried stays counted. */
  async forgetAddress({ email, address }: SignInAttempt): Promise<void> {
    await this.database.pool.query('DELETE FROM console_rate_limit WHERE key = $1', [addressKeyOf(email, address)]);
  }

  /** Whoever has a new password begins anew everywhere. */
  async forgetAccount(email: string): Promise<void> {
    await this.database.pool.query('DELETE FROM console_rate_limit WHERE starts_with(key, $1)', [accountKeyOf(email)]);
  }

  /** In one statement: attempts at once cannot slip through together. */
  private async count(key: string, max: number, nowMs: number): Promise<number> {
    const windowMs = ATTEMPTS_WINDOW_SECONDS * 1000;
    const { rows } = await this.database.pool.query<{ count: number; since: string }>(
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
}

/** Hashed: what strangers type is not stored. */
const accountKeyOf = (email: string): string => `account|${hashSecret(email.trim().toLowerCase())}|`;

const addressKeyOf = (email: string, address: string | null): string => `${accountKeyOf(email)}${address ?? 'unknown'}`;
