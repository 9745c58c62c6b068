import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { hashSecret, INVITATION_TOKEN_PREFIX, isWellFormedSecret, newId } from '@tollgate/domain';
import {
  ROLE_SCOPES,
  roleOf,
  type ConsoleUser,
  type OpenInvitation,
  type OperationInput,
  type OPERATIONS,
} from '@tollgate/wire';
import { insertConsoleUser } from '../../identity/insert-console-user.js';
import { hashPassword } from '../../identity/password-hash.js';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import type { Origin } from '../http/caller-origin.js';
import { isUniqueViolation } from '../http/database-errors.js';
import { conflict, invalidFields, ProblemError } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { InstallationRepository } from '../installation/installation.repository.js';
import { MembersRepository, type MemberRow } from '../members/members.repository.js';
import { presentMember } from '../members/members.service.js';
import { InvitationsRepository, type LiveInvitation } from './invitations.repository.js';

type Acceptance = OperationInput<typeof OPERATIONS.acceptInvitation>['body'];

interface Accepting {
  readonly user: ConsoleUser;
  /** Of somebody who has no account yet; null for who has one. */
  readonly passwordHash: string | null;
}

/** What whoever has the link of an invitation can do with it. */
@Injectable()
export class InvitationAcceptanceService {
  constructor(
    private readonly database: Database,
    private readonly repository: InvitationsRepository,
    private readonly members: MembersRepository,
    private readonly installation: InstallationRepository,
  ) {}

  async check(token: string): Promise<OpenInvitation> {
    const { organization, email, role, invitedByName, expiresAt } = await this.#live(token);
    return {
      organization: organization.name,
      email,
      role: roleOf(role),
      invitedBy: invitedByName,
      hasAccount: (await this.#userWith(email)) !== null,
      expiresAt: expiresAt.toISOString(),
    };
  }

  /**
   * @param sessionUserId who is signed in where the link was opened; asked only when that matters.
   * @returns the member’s user, and whether they are new: they are to be signed in.
   */
  async accept(
    acceptance: Acceptance,
    origin: Origin,
    sessionUserId: () => Promise<string | null>,
  ): Promise<{ user: ConsoleUser; isNew: boolean }> {
    const invitation = await this.#live(acceptance.token);
    const known = await this.#userWith(invitation.email);
    const accepting =
      known === null
        ? await this.#newcomer(acceptance, invitation.email)
        : { user: await requireSignedIn(known, acceptance, sessionUserId), passwordHash: null };
    await inTransaction(this.database, (transaction) =>
      this.#join(accepting, invitation, { origin, transaction }),
    ).catch(explainViolation);
    return { user: accepting.user, isNew: accepting.passwordHash !== null };
  }

  async #live(token: string): Promise<LiveInvitation> {
    const hash = isWellFormedSecret(INVITATION_TOKEN_PREFIX, token) ? hashSecret(token) : null;
    const invitation = hash === null ? null : await this.repository.findLive(hash);
    if (invitation === null) throw gone();
    return invitation;
  }

  #userWith(email: string): Promise<ConsoleUser | null> {
    const select = { id: true, name: true, email: true };
    return this.database.prisma.consoleUser.findUnique({ where: { email }, select });
  }

  async #newcomer({ name, password }: Acceptance, email: string): Promise<Accepting> {
    if ((await this.installation.read()).signUp === 'closed') {
      throw new ProblemError('forbidden', 'Sign-up is closed: only people with an account can accept invitations.');
    }
    if (name !== undefined && password !== undefined) {
      return { user: { id: newId('consoleUser'), name, email }, passwordHash: await hashPassword(password) };
    }
    const missing = (['name', 'password'] as const).filter((field) => ({ name, password })[field] === undefined);
    throw invalidFields(missing, { code: 'required', message: 'is required' });
  }

  async #join(
    { user, passwordHash }: Accepting,
    { id, organizationId, role }: LiveInvitation,
    { origin, transaction }: { readonly origin: Origin; readonly transaction: Transaction },
  ): Promise<void> {
    if (!(await this.repository.accept(organizationId, id, transaction))) throw gone();
    const scopes = ROLE_SCOPES[roleOf(role)];
    const actor: Actor = { kind: 'console-user', id: user.id, organizationId, scopes, expiresAt: null, ...origin };
    if (passwordHash !== null) {
      // the mail has reached whoever has its link
      await insertConsoleUser(transaction, { ...user, passwordHash, emailVerified: true, operator: false });
      await recordAudit(transaction, actor, {
        action: 'console-user.created',
        resourceId: user.id,
        organizationId,
        before: null,
        after: user,
      });
    }
    if (await this.members.has(organizationId, user.id, transaction)) throw alreadyMember();
    const member: MemberRow = await this.members.insert(organizationId, { userId: user.id, role }, transaction);
    await recordAudit(transaction, actor, {
      action: 'member.added',
      resourceId: member.id,
      organizationId,
      before: null,
      after: { ...presentMember(member), invitationId: id },
    });
  }
}

const gone = (): ProblemError =>
  new ProblemError('gone', 'This invitation does not work, or no longer. Ask for another.');

const alreadyMember = (): ProblemError => conflict('You are a member of this organization already.');

/** Somebody else became a member, or got an account, at the same time. */
function explainViolation(error: unknown): never {
  if (isUniqueViolation(error)) throw conflict('This address has an account meanwhile. Sign in, and accept again.');
  throw error;
}

/** The link proves a mailbox; whose account it is, the session has to prove. */
async function requireSignedIn(
  user: ConsoleUser,
  { name, password }: Acceptance,
  sessionUserId: () => Promise<string | null>,
): Promise<ConsoleUser> {
  const signedIn = await sessionUserId();
  if (signedIn === null) {
    throw new ProblemError('unauthenticated', `There is an account with ${user.email}. Sign in with it, then accept.`);
  }
  if (signedIn !== user.id) {
    throw new ProblemError('forbidden', `The invitation is for ${user.email}; you are signed in as somebody else.`);
  }
  const given = (['name', 'password'] as const).filter((field) => ({ name, password })[field] !== undefined);
  if (given.length > 0) throw invalidFields(given, { code: 'unknown_field', message: 'you have an account already' });
  return user;
}
