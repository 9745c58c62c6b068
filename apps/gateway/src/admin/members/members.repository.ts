import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { Role } from '@tollgate/wire';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';

const WITH_USER = {
  user: {
    select: {
      id: true,
      name: true,
      email: true,
      twoFactorEnabled: true,
      // a session is written once an hour while it is in use
      sessions: { select: { updatedAt: true }, orderBy: { updatedAt: 'desc' }, take: 1 },
    },
  },
} as const satisfies Prisma.MemberInclude;

export type MemberRow = Prisma.MemberGetPayload<{ include: typeof WITH_USER }>;

interface MemberFilter {
  readonly organizationId: string;
  readonly role?: Role;
  /** Part of a name or an address. */
  readonly name?: string;
}

@Injectable()
export class MembersRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, { name, ...filter }: MemberFilter, keyset: Keyset): Promise<MemberRow[]> {
    const { where, orderBy, take } = keysetClauses(keyset);
    // Postgres reads `%` and `_` as wildcards
    const contains = { contains: name?.replaceAll(/[\\%_]/g, String.raw`\$&`) ?? '', mode: 'insensitive' } as const;
    const named = name === undefined ? {} : { user: { OR: [{ name: contains }, { email: contains }] } };
    return this.database.prisma.member.findMany({
      where: { AND: [filter, ownedBy(organizationId), named, where] },
      include: WITH_USER,
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string, transaction: Transaction = this.database.prisma): Promise<MemberRow | null> {
    return transaction.member.findFirst({
      where: { AND: [{ id }, ownedBy(organizationId)] },
      include: WITH_USER,
    });
  }

  /** Whether the user belongs to the organization. */
  async has(organizationId: string, userId: string, transaction: Transaction): Promise<boolean> {
    const where = { organizationId_userId: { organizationId, userId } };
    return (await transaction.member.findUnique({ where, select: { id: true } })) !== null;
  }

  /** Holds back others who change who belongs to the organization, until the transaction ends. */
  async lockMembership(organizationId: string, transaction: Transaction): Promise<void> {
    await transaction.$queryRaw`SELECT 1 FROM organization WHERE id = ${organizationId} FOR NO KEY UPDATE`;
  }

  owners(organizationId: string, transaction: Transaction): Promise<number> {
    return transaction.member.count({ where: { organizationId, role: 'owner' } });
  }

  async insert(
    organizationId: string,
    member: { readonly userId: string; readonly role: string },
    transaction: Transaction,
  ): Promise<MemberRow> {
    const data = { id: newId('member'), organizationId, ...member };
    return transaction.member.create({ data, include: WITH_USER });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    organizationId: Tenant,
    key: { readonly id: string; readonly version: number },
    { role, transaction }: { readonly role: Role; readonly transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await transaction.member.updateMany({
        where: { AND: [key, ownedBy(organizationId)] },
        data: { role, version: { increment: 1 } },
      }),
    );
  }

  async delete(organizationId: Tenant, id: string, transaction: Transaction): Promise<void> {
    await transaction.member.deleteMany({ where: { AND: [{ id }, ownedBy(organizationId)] } });
  }
}
