import type { Database } from '@tollgate/database';
import type { Mailer } from '@tollgate/mail';
import { recordAccountChange } from './account-audit.js';
import type { AccountThrottle } from './account-throttle.js';
import { endOtherSessions } from './end-sessions.js';
import { domainOf } from './sso/sso-people.js';

/** How long a mailed link works. */
export const RESET_SECONDS = 1800;

interface Parts {
  readonly database: Database;
  readonly throttle: AccountThrottle;
  readonly mailer: Mailer;
  readonly baseUrl: string;
}

interface User {
  readonly id: string;
  readonly email: string;
}

/** Forgotten passwords: a link by mail, which works once. */
export class PasswordReset {
  constructor(private readonly parts: Parts) {}

  /** Answers before the mail has gone: how long that takes must not tell who has an account. */
  send({ user, token }: { readonly user: User; readonly token: string }): Promise<void> {
    void this.#mail(user, token);
    return Promise.resolve();
  }

  /** After the library has set the password and ended the sessions. */
  async done(user: User, headers: Headers | undefined): Promise<void> {
    const { database, throttle } = this.parts;
    await endOtherSessions(database, user.id, undefined);
    await throttle.forgetAccount(user.email);
    await recordAccountChange(database, { userId: user.id, change: 'console-user.password-reset', headers });
  }

  async #mail({ id, email }: User, token: string): Promise<void> {
    if (await this.#comesByProvider(id, email).catch(() => false)) return;
    const text = [
      'Somebody, hopefully you, has asked for a new password for the Tollgate console.',
      '',
      `${this.parts.baseUrl}/reset-password#token=${token}`,
      '',
      `The link works once, for ${RESET_SECONDS / 60} minutes. If it was not you, do nothing: your password stays.`,
    ].join('\n');
    await this.parts.mailer.send({ to: email, subject: 'A new password for Tollgate', text });
  }

  /**
   * Whoever has no password because a provider signs them in gets none by mail: the provider could not keep them out any
   * more.
   */
  async #comesByProvider(userId: string, email: string): Promise<boolean> {
    const { prisma } = this.parts.database;
    const password = await prisma.consoleAccount.findFirst({ where: { userId, password: { not: null } } });
    if (password !== null) return false;
    return (
      (await prisma.ssoDomain.findFirst({ where: { domain: domainOf(email), verifiedAt: { not: null } } })) !== null
    );
  }
}
