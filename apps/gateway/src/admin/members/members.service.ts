import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import {
  grants,
  ROLE_SCOPES,
  roleOf,
  type Member,
  type OperationInput,
  type OPERATIONS,
  type Page,
  type Role,
} from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { instantOrNull, revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, orNotFound } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { requireMayGive, requireMayTake } from './give-role.js';
import { MembersRepository, type MemberRow } from './members.repository.js';

type List = OperationInput<typeof OPERATIONS.listMembers>;
type Change = OperationInput<typeof OPERATIONS.updateMember>;

@Injectable()
export class MembersService {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly repository: MembersRepository,
    private readonly invitations: InvitationsService,
  ) {}

  async list(actor: Actor, { params, query }: List): Promise<Page<Member>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    const { id: organizationId } = orNotFound(
      await this.organizations.find(actor.organizationId, params.organizationId),
    );
    const of = { organizationId, ...withoutUndefined(filter) };
    return toPage(await this.repository.list(actor.organizationId, of, keyset), order, presentMember);
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<Member> {
    const id = params.memberId;
    return inTransaction(this.database, async (transaction) => {
      const found = await this.#lock(actor, id, transaction);
      requireMayGive(actor, body.role);
      if (body.role !== 'owner') await this.#keepAnOwner(found, transaction);
      const key = { id, version: ifMatch };
      await this.repository.update(actor.organizationId, key, { role: body.role, transaction });
      const after = presentMember(orNotFound(await this.repository.find(actor.organizationId, id, transaction)));
      const { organizationId } = found;
      const fact = { action: 'member.updated', resourceId: id, organizationId, before: presentMember(found), after };
      await recordAudit(transaction, actor, fact);
      const scopes = inviterScopes(body.role);
      await this.invitations.revokeBeyond(actor, { id: found.userId, organizationId, scopes }, transaction);
      return after;
    });
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const found = await this.#lock(actor, id, transaction);
      await this.#keepAnOwner(found, transaction);
      await this.repository.delete(actor.organizationId, id, transaction);
      const { organizationId } = found;
      const before = presentMember(found);
      await recordAudit(transaction, actor, {
        action: 'member.removed',
        resourceId: id,
        organizationId,
        before,
        after: null,
      });
      await this.invitations.revokeBeyond(actor, { id: found.userId, organizationId, scopes: [] }, transaction);
    });
  }

  /** The member, whom nobody else changes from here on. Two owners who demote each other come one after the other. */
  async #lock(actor: Actor, id: string, transaction: Transaction): Promise<MemberRow> {
    const { organizationId } = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
    await this.repository.lockMembership(organizationId, transaction);
    const member = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
    requireMayTake(actor, roleOf(member.role));
    return member;
  }

  async #keepAnOwner({ role, organizationId }: MemberRow, transaction: Transaction): Promise<void> {
    if (role !== 'owner' || (await this.repository.owners(organizationId, transaction)) > 1) return;
    throw conflict('The last owner of an organization stays one. Make somebody else an owner first.');
  }
}

/** What somebody in the role may give others. */
const inviterScopes = (role: Role): readonly string[] =>
  grants(ROLE_SCOPES[role], 'members.write') ? ROLE_SCOPES[role] : [];

export function presentMember(row: MemberRow): Member {
  const { id, name, email, twoFactorEnabled, sessions } = row.user;
  return {
    id: row.id,
    organizationId: row.organizationId,
    user: { id, name, email },
    role: roleOf(row.role),
    twoFactor: twoFactorEnabled,
    lastSeenAt: instantOrNull(sessions[0]?.updatedAt ?? null),
    ...revisionOf(row),
  };
}
