import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import type { Transaction } from '../http/transaction.js';

/** The hash never leaves the database. */
const WITHOUT_HASH = { hash: true } as const satisfies Prisma.ManagementTokenOmit;

export type ManagementTokenRow = Prisma.ManagementTokenGetPayload<{ omit: typeof WITHOUT_HASH }>;

@Injectable()
export class ManagementTokensRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: { organizationId?: string }, keyset: Keyset): Promise<ManagementTokenRow[]> {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.managementToken.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      omit: WITHOUT_HASH,
      orderBy,
      take,
    });
  }

  find(
    organizationId: Tenant,
    id: string,
    transaction: Transaction = this.database.prisma,
  ): Promise<ManagementTokenRow | null> {
    return transaction.managementToken.findFirst({
      where: { AND: [{ id }, ownedBy(organizationId)] },
      omit: WITHOUT_HASH,
    });
  }

  insert(
    organizationId: Tenant,
    data: Omit<Prisma.ManagementTokenUncheckedCreateInput, 'organizationId'>,
    transaction: Transaction,
  ): Promise<ManagementTokenRow> {
    return transaction.managementToken.create({ data: { ...data, organizationId }, omit: WITHOUT_HASH });
  }

  /** Whether the token was live until now: of two revocations at once only one changes anything. */
  async revoke(organizationId: Tenant, id: string, transaction: Transaction): Promise<boolean> {
    const { count } = await transaction.managementToken.updateMany({
      where: { AND: [{ id, revokedAt: null }, ownedBy(organizationId)] },
      data: { revokedAt: new Date() },
    });
    return count > 0;
  }
}
