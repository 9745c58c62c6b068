import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { hashSecret } from '@tollgate/domain';
import { countAttempt } from './count-attempt.js';

/** What is tried again and again by whoever guesses, or wants to fill a mailbox. */
interface Limits {
  readonly name: string;
  readonly fromOneAddress: number;
  /** Many times the other: whoever wants to keep an owner out has to do it from many addresses. */
  readonly fromAll: number;
}

/** Guesses at a password: by signing in, and by those who confirm something with it. */
export const PASSWORD_GUESSES: Limits = { name: 'account', fromOneAddress: 10, fromAll: 100 };
/** Guesses at a code of a second factor, by who has the password already. */
export const CODE_GUESSES: Limits = { name: 'code', fromOneAddress: 10, fromAll: 30 };
/** Mails to one mailbox. */
export const RESET_MAILS: Limits = { name: 'reset', fromOneAddress: 3, fromAll: 10 };

export interface Attempt {
  readonly email: string;
  /** The client's, an IPv6 one cut to its /64; null when there is none to be read: those are counted together. */
  readonly address: string | null;
}

/**
 * Bounds how often something may be tried on one account: strictly from one address, so that a guesser locks the account
 * for nobody elsewhere, and loosely from all of them together. E-mail addresses that belong to nobody are counted alike,
 * so that an answer tells nothing of who has an account.
 */
@Injectable()
export class AccountThrottle {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt before it is made. What its own address may not try is not counted for the account: else one
   * guesser who goes on could use up everybody's attempts.
   * @returns 0 when it may be made, else the seconds until one may.
   */
  async attempt(limits: Limits, { email, address }: Attempt, nowMs = Date.now()): Promise<number> {
    const key = addressKeyOf(limits, email, address);
    const waitSeconds = await countAttempt(this.database, key, { max: limits.fromOneAddress, nowMs });
    if (waitSeconds > 0) return waitSeconds;
    return countAttempt(this.database, accountKeyOf(limits, email), { max: limits.fromAll, nowMs });
  }

  /**
   * Claims a code for the one who sends it first.
   * @returns whether nobody has sent it for this account lately: of two at once only one hears so.
   */
  async claimCode(userId: string, code: string): Promise<boolean> {
    return (await countAttempt(this.database, `spent|${userId}|${hashSecret(code)}`, { max: 1 })) === 0;
  }

  /** Whoever has signed in begins anew at the same address. What others have tried stays counted. */
  async forgetAddress(limits: Limits, { email, address }: Attempt): Promise<void> {
    const key = addressKeyOf(limits, email, address);
    await this.database.pool.query('DELETE FROM console_rate_limit WHERE key = $1', [key]);
  }

  /** Whoever has a new password begins anew everywhere. */
  async forgetAccount(email: string): Promise<void> {
    const key = accountKeyOf(PASSWORD_GUESSES, email);
    await this.database.pool.query('DELETE FROM console_rate_limit WHERE starts_with(key, $1)', [key]);
  }
}

/** Hashed: what strangers type is not stored. */
const accountKeyOf = ({ name }: Limits, email: string): string => `${name}|${hashSecret(email.trim().toLowerCase())}|`;

const addressKeyOf = (limits: Limits, email: string, address: string | null): string =>
  `${accountKeyOf(limits, email)}${address ?? 'unknown'}`;
