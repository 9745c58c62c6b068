import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import type { Invitation } from '@tollgate/wire';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import type { Transaction } from '../http/transaction.js';

/** The hash of a link's token never leaves the database. */
const WITHOUT_TOKEN = { tokenHash: true } as const satisfies Prisma.InvitationOmit;

export type InvitationRow = Prisma.InvitationGetPayload<{ omit: typeof WITHOUT_TOKEN }>;

const OF_LINK = {
  omit: WITHOUT_TOKEN,
  include: { organization: { select: { name: true } } },
} as const satisfies Omit<Prisma.InvitationFindFirstArgs, 'where'>;

export type LiveInvitation = Prisma.InvitationGetPayload<typeof OF_LINK>;

type State = Invitation['state'];

/** Neither accepted nor revoked, and its week is not over. */
const live = () => ({ acceptedAt: null, revokedAt: null, expiresAt: { gt: new Date() } });

function inState(state: State): Prisma.InvitationWhereInput {
  if (state === 'accepted') return { acceptedAt: { not: null } };
  if (state === 'revoked') return { acceptedAt: null, revokedAt: { not: null } };
  if (state === 'pending') return live();
  return { acceptedAt: null, revokedAt: null, expiresAt: { lte: new Date() } };
}

@Injectable()
export class InvitationsRepository {
  constructor(private readonly database: Database) {}

  list(
    organizationId: Tenant,
    filter: { readonly organizationId: string; readonly state: State | undefined },
    keyset: Keyset,
  ): Promise<InvitationRow[]> {
    const { where, orderBy, take } = keysetClauses(keyset);
    const state = filter.state === undefined ? {} : inState(filter.state);
    return this.database.prisma.invitation.findMany({
      where: { AND: [{ organizationId: filter.organizationId }, ownedBy(organizationId), state, where] },
      omit: WITHOUT_TOKEN,
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string): Promise<InvitationRow | null> {
    const where = { AND: [{ id }, ownedBy(organizationId)] };
    return this.database.prisma.invitation.findFirst({ where, omit: WITHOUT_TOKEN });
  }

  /** The invitation, which nobody else changes until the transaction ends. */
  async lock(organizationId: Tenant, id: string, transaction: Transaction): Promise<InvitationRow | null> {
    await transaction.$queryRaw`SELECT 1 FROM invitation WHERE id = ${id} FOR UPDATE`;
    const where = { AND: [{ id }, ownedBy(organizationId)] };
    return transaction.invitation.findFirst({ where, omit: WITHOUT_TOKEN });
  }

  findLive(tokenHash: string): Promise<LiveInvitation | null> {
    return this.database.prisma.invitation.findFirst({ where: { tokenHash, ...live() }, ...OF_LINK });
  }

  /** One that waits for an answer of the address, or has expired unanswered. */
  findWaiting(organizationId: string, email: string, transaction: Transaction): Promise<InvitationRow | null> {
    const where = { organizationId, email, acceptedAt: null, revokedAt: null };
    return transaction.invitation.findFirst({ where, omit: WITHOUT_TOKEN });
  }

  /** Of those that wait for an answer, what one user or token has sent. */
  findSentBy(organizationId: Tenant, invitedById: string, transaction: Transaction): Promise<InvitationRow[]> {
    const where = { AND: [{ invitedById }, ownedBy(organizationId), live()] };
    return transaction.invitation.findMany({ where, omit: WITHOUT_TOKEN });
  }

  insert(
    organizationId: string,
    data: Omit<Prisma.InvitationUncheckedCreateInput, 'organizationId'>,
    transaction: Transaction,
  ): Promise<InvitationRow> {
    return transaction.invitation.create({ data: { ...data, organizationId }, omit: WITHOUT_TOKEN });
  }

  update(
    _organizationId: string,
    id: string,
    { data, transaction = this.database.prisma }: { data: Prisma.InvitationUpdateInput; transaction?: Transaction },
  ): Promise<InvitationRow> {
    return transaction.invitation.update({ where: { id }, data, omit: WITHOUT_TOKEN });
  }

  /** Whether it was live until now: of two who accept at once one waits for the other, and finds it accepted. */
  async accept(_organizationId: string, id: string, transaction: Transaction): Promise<boolean> {
    const data = { acceptedAt: new Date() };
    const { count } = await transaction.invitation.updateMany({ where: { id, ...live() }, data });
    return count > 0;
  }
}
