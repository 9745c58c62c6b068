import type { Database } from '@tollgate/database';
import type { Mailer } from '@tollgate/mail';
import { recordAccountChange } from './account-audit.js';
import type { AccountThrottle } from './account-throttle.js';
import { endOtherSessions } from './end-sessions.js';
import { comesByProviderOnly } from './sso/comes-by-provider-only.js';

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
    await endOtherSessions(database.prisma, user.id, undefined);
    await throttle.forgetAccount(user.email);
    await recordAccountChange(database, { userId: user.id, change: 'console-user.password-reset', headers });
  }

  async #mail({ id, email }: User, token: string): Promise<void> {
    if (await comesByProviderOnly(this.parts.database, { id, email }).catch(() => true)) return;
    const text = [
      'Somebody, hopefully you, has asked for a new password for the Tollgate console.',
      '',
      `${this.parts.baseUrl}/reset-password#token=${token}`,
      '',
      `The link works once, for ${RESET_SECONDS / 60} minutes. If it was not you, do nothing: your password stays.`,
    ].join('\n');
    await this.parts.mailer.send({ to: email, subject: 'A new password for Tollgate', text });
  }
}
