import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { hashSecret, isWellFormedSecret, newId, SETUP_TOKEN_PREFIX } from '@tollgate/domain';
import {
  ALL_PERMISSIONS,
  type ConsoleUser,
  type OperationInput,
  type OPERATIONS,
  type SetupLink,
} from '@tollgate/wire';
import { hashPassword } from '../../identity/password-hash.js';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import type { Origin } from '../http/caller-origin.js';
import { isUniqueViolation } from '../http/database-errors.js';
import { conflict, invalidFields, ProblemError } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { SetupRepository, type LiveSetupLink } from './setup.repository.js';

type Completion = OperationInput<typeof OPERATIONS.completeSetup>['body'];

@Injectable()
export class SetupService {
  constructor(
    private readonly database: Database,
    private readonly repository: SetupRepository,
  ) {}

  async check(token: string): Promise<SetupLink> {
    const { user, expiresAt } = await this.liveLink(token);
    return {
      purpose: user === null ? 'new-owner' : 'new-password',
      name: user?.name ?? null,
      email: user?.email ?? null,
      expiresAt: expiresAt.toISOString(),
    };
  }

  /** All or nothing: of two that use a link at once one gets it, and a link whose use failed still works. */
  async complete(completion: Completion, origin: Origin): Promise<ConsoleUser> {
    const link = await this.liveLink(completion.token);
    const user = link.user === null ? newOwner(completion) : sameUser(link.user, completion);
    const passwordHash = await hashPassword(completion.password);
    return inTransaction(this.database, async (transaction) => {
      if (link.user !== null) await this.repository.lockUser(user.id, transaction);
      if (!(await this.repository.use(link.id, transaction))) throw gone();
      if (link.user === null) {
        await this.insertOwner(user, passwordHash, transaction);
        await recordAudit(transaction, actorOf(user, origin), { ...CREATED, resourceId: user.id, after: user });
      } else {
        await this.repository.replacePassword(user.id, passwordHash, transaction);
        await recordAudit(transaction, actorOf(user, origin), { ...PASSWORD_REPLACED, resourceId: user.id });
      }
      return user;
    });
  }

  private async liveLink(token: string): Promise<LiveSetupLink> {
    const hash = isWellFormedSecret(SETUP_TOKEN_PREFIX, token) ? hashSecret(token) : null;
    const link = hash === null ? null : await this.repository.findLive(hash);
    if (link === null) throw gone();
    return link;
  }

  private async insertOwner(user: ConsoleUser, passwordHash: string, transaction: Transaction): Promise<void> {
    try {
      await this.repository.insertOwner(user, passwordHash, transaction);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const message =
        'somebody with this address exists already; `npm start -- users setup-link --email ADDRESS` gives a new password';
      throw conflict('There is a user with this e-mail address.', [{ pointer: '/body/email', code: 'taken', message }]);
    }
  }
}

const gone = (): ProblemError =>
  new ProblemError('gone', 'This set-up link does not work, or no longer. Ask for another.');

const CREATED = { action: 'console-user.created', organizationId: null, before: null };
const PASSWORD_REPLACED = { action: 'console-user.password-replaced', organizationId: null, before: null, after: null };

/** Whoever uses a link acts as the user that it is for. */
const actorOf = (user: ConsoleUser, origin: Origin): Actor => ({
  kind: 'console-user',
  id: user.id,
  organizationId: null,
  scopes: [ALL_PERMISSIONS],
  expiresAt: null,
  ...origin,
});

function newOwner({ name, email }: Completion): ConsoleUser {
  if (name !== undefined && email !== undefined) return { id: newId('consoleUser'), name, email };
  const missing = (['name', 'email'] as const).filter((field) => ({ name, email })[field] === undefined);
  throw invalidFields(missing, { code: 'required', message: 'is required' });
}

function sameUser(user: ConsoleUser, { name, email }: Completion): ConsoleUser {
  const given = (['name', 'email'] as const).filter((field) => ({ name, email })[field] !== undefined);
  if (given.length === 0) return user;
  throw invalidFields(given, { code: 'unknown_field', message: 'this link sets a password only' });
}
