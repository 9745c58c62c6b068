import { Inject, Injectable } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { Database } from '@tollgate/database';
import { INVITATION_TOKEN_PREFIX, issueSecret, newId } from '@tollgate/domain';
import { Mailer } from '@tollgate/mail';
import {
  mayGiveRole,
  roleOf,
  type Invitation,
  type OperationInput,
  type OPERATIONS,
  type Page,
  type SentInvitation,
} from '@tollgate/wire';
import { AddressThrottle } from '../../identity/address-throttle.js';
import { consoleLink } from '../../identity/console-link.js';
import { APP_CONFIG } from '../../platform/tokens.js';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor, Tenant } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { conflict, invalidField, orNotFound } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { InstallationRepository } from '../installation/installation.repository.js';
import { requireMayGive, requireMayTake } from '../members/give-role.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { invitationMail } from './invitation-mail.js';
import { InvitationsRepository, type InvitationRow } from './invitations.repository.js';

type List = OperationInput<typeof OPERATIONS.listInvitations>;
type Creation = OperationInput<typeof OPERATIONS.createInvitation>;

const LIFETIME_MS = 7 * 24 * 3_600_000;

/** An invitation with the token that only its mail may hold. */
interface Issued {
  readonly row: InvitationRow;
  readonly token: string;
  readonly organization: string;
}

@Injectable()
export class InvitationsService {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly repository: InvitationsRepository,
    private readonly installation: InstallationRepository,
    private readonly throttle: AddressThrottle,
    private readonly mailer: Mailer,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl' | 'port'>,
  ) {}

  async list(actor: Actor, { params, query }: List): Promise<Page<Invitation>> {
    const { limit, sort, cursor, state } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    const { id: organizationId } = orNotFound(
      await this.organizations.find(actor.organizationId, params.organizationId),
    );
    return toPage(await this.repository.list(actor.organizationId, { organizationId, state }, keyset), order, present);
  }

  async create(actor: Actor, { params, body }: Creation): Promise<SentInvitation> {
    const { email, role } = body;
    const { secret, hash } = issueSecret(INVITATION_TOKEN_PREFIX);
    const id = newId('invitation');
    const found = orNotFound(await this.organizations.find(actor.organizationId, params.organizationId));
    requireMayGive(actor, role);
    await this.#admitMail(actor, { organizationId: found.id, email });
    const issued = await inTransaction(this.database, async (transaction) => {
      const organizationId = found.id;
      // of two who invite the same address at once, one waits for the other
      await transaction.$queryRaw`SELECT 1 FROM organization WHERE id = ${organizationId} FOR NO KEY UPDATE`;
      await this.#requireInvitable(organizationId, email, transaction);
      const data = {
        ...{ id, email, role, tokenHash: hash, ...newDelivery() },
        ...{ invitedById: actor.id, invitedByName: await nameOf(actor, transaction) },
      };
      const row = await this.repository.insert(organizationId, data, transaction);
      await this.#record(actor, 'invitation.created', { before: null, row, transaction });
      return { row, token: secret, organization: found.name };
    });
    return this.#deliver(actor, issued);
  }

  async resend(actor: Actor, id: string): Promise<SentInvitation> {
    const { secret, hash } = issueSecret(INVITATION_TOKEN_PREFIX);
    const found = orNotFound(await this.repository.find(actor.organizationId, id));
    requireSendable(actor, found);
    // before the transaction: whoever holds a connection must not wait for another one
    await this.#admitMail(actor, found);
    const issued = await inTransaction(this.database, async (transaction) => {
      const before = orNotFound(await this.repository.lock(actor.organizationId, id, transaction));
      requireSendable(actor, before);
      const { organizationId } = before;
      const data = { tokenHash: hash, ...newDelivery() };
      const row = await this.repository.update(organizationId, id, { data, transaction });
      await this.#record(actor, 'invitation.sent-again', { before, row, transaction });
      const { name } = orNotFound(await this.organizations.find(actor.organizationId, organizationId, transaction));
      return { row, token: secret, organization: name };
    });
    return this.#deliver(actor, issued);
  }

  async revoke(actor: Actor, id: string): Promise<Invitation> {
    return inTransaction(this.database, async (transaction) => {
      const before = orNotFound(await this.repository.lock(actor.organizationId, id, transaction));
      requireMayTake(actor, roleOf(before.role));
      if (before.acceptedAt !== null) throw conflict(ACCEPTED);
      if (before.revokedAt !== null) return present(before);
      const data = { revokedAt: new Date() };
      const row = await this.repository.update(before.organizationId, id, { data, transaction });
      await this.#record(actor, 'invitation.revoked', { before, row, transaction });
      return present(row);
    });
  }

  /**
   * Takes back what somebody has sent and could not send any more: else they could come back as whom they have invited.
   * @param inviter a user of the organization or a token, with what they may do from now on.
   */
  async revokeBeyond(actor: Actor, inviter: Inviter, transaction: Transaction): Promise<void> {
    const sent = await this.repository.findSentBy(inviter.organizationId, inviter.id, transaction);
    for (const { id, role } of sent) {
      if (mayGiveRole(inviter.scopes, roleOf(role))) continue;
      const before = await this.repository.lock(inviter.organizationId, id, transaction);
      if (before === null || before.acceptedAt !== null || before.revokedAt !== null) continue;
      const data = { revokedAt: new Date() };
      const row = await this.repository.update(before.organizationId, id, { data, transaction });
      await this.#record(actor, 'invitation.revoked', { before, row, transaction });
    }
  }

  async #admitMail(actor: Actor, { organizationId, email }: Pick<InvitationRow, 'organizationId' | 'email'>) {
    if (actor.organizationId !== null) await this.throttle.admitInvitation(organizationId);
    await this.throttle.admitMail('invitation', email);
  }

  /** @throws ProblemError that says why the address cannot be invited. An invitation that has expired makes room. */
  async #requireInvitable(organizationId: string, email: string, transaction: Transaction): Promise<void> {
    const user = await transaction.consoleUser.findUnique({
      where: { email },
      select: { members: { where: { organizationId }, select: { id: true } } },
    });
    if (user === null && (await this.installation.read(transaction)).signUp === 'closed') {
      const message = 'has no account; sign-up is closed, so that only people with an account can be invited';
      throw invalidField('/body/email', message, 'no_account');
    }
    if (user !== null && user.members.length > 0) throw taken('is a member already');
    const waiting = await this.repository.findWaiting(organizationId, email, transaction);
    if (waiting === null) return;
    if (waiting.expiresAt.getTime() > Date.now()) throw taken('is invited already; send that invitation again');
    await this.repository.update(organizationId, waiting.id, { data: { revokedAt: new Date() }, transaction });
  }

  /** After the transaction: a mail server may take its time, and what it says is written down afterwards. */
  async #deliver(actor: Actor, { row, token, organization }: Issued): Promise<SentInvitation> {
    const { email, role, invitedByName: invitedBy, expiresAt } = row;
    const link = consoleLink(this.config, '/invitation', token);
    const { delivery } = await this.mailer.send(
      invitationMail({ email, organization, role, invitedBy, link, expiresAt }),
    );
    const delivered = await this.repository.update(row.organizationId, row.id, { data: { delivery } });
    const mayKnow = actor.organizationId === null && delivery === 'logged';
    return { ...present(delivered), link: mayKnow ? link : null };
  }

  async #record(actor: Actor, action: string, change: RecordedChange): Promise<void> {
    const { before, row, transaction } = change;
    await recordAudit(transaction, actor, {
      action,
      resourceId: row.id,
      organizationId: row.organizationId,
      before: before === null ? null : present(before),
      after: present(row),
    });
  }
}

/** Who has sent invitations. */
interface Inviter {
  readonly id: string;
  /** Where; null for a token of the operator: everywhere. */
  readonly organizationId: Tenant;
  /** None when they may invite nobody any more. */
  readonly scopes: readonly string[];
}

interface RecordedChange {
  readonly before: InvitationRow | null;
  readonly row: InvitationRow;
  readonly transaction: Transaction;
}

const ACCEPTED = 'The invitation is accepted: they are a member.';

/** @throws ProblemError unless it waits for an answer, and the caller may give its role. */
function requireSendable(actor: Actor, { acceptedAt, revokedAt, role }: InvitationRow): void {
  if (acceptedAt !== null) throw conflict(ACCEPTED);
  if (revokedAt !== null) throw conflict('The invitation is revoked. Invite them anew.');
  requireMayGive(actor, roleOf(role));
}

const taken = (message: string) =>
  conflict('This address cannot be invited.', [{ pointer: '/body/email', code: 'taken', message }]);

/** Nothing has been delivered until the mail server says so. */
const newDelivery = () => ({ delivery: 'failed', expiresAt: new Date(Date.now() + LIFETIME_MS) });

/** What the invitation says who invites. */
async function nameOf({ kind, id }: Actor, transaction: Transaction): Promise<string | null> {
  const named = { where: { id }, select: { name: true } };
  const found =
    kind === 'console-user'
      ? await transaction.consoleUser.findUnique(named)
      : await transaction.managementToken.findUnique(named);
  return found?.name ?? null;
}

function present(row: InvitationRow): Invitation {
  return {
    id: row.id,
    organizationId: row.organizationId,
    email: row.email,
    role: roleOf(row.role),
    state: stateOf(row),
    invitedBy: row.invitedByName,
    delivery: row.delivery === 'mailed' || row.delivery === 'logged' ? row.delivery : 'failed',
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}

function stateOf({ acceptedAt, revokedAt, expiresAt }: InvitationRow): Invitation['state'] {
  if (acceptedAt !== null) return 'accepted';
  if (revokedAt !== null) return 'revoked';
  return expiresAt.getTime() > Date.now() ? 'pending' : 'expired';
}
