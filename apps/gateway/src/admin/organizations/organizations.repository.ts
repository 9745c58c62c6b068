import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import type { Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';

/** An organization owns itself: its own token sees that row, and no other. */
const visibleTo = (organizationId: Tenant) => (organizationId === null ? {} : { id: organizationId });

@Injectable()
export class OrganizationsRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: { name?: string; slug?: string; planId?: string }, keyset: Keyset) {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.organization.findMany({
      where: { AND: [filter, visibleTo(organizationId), where] },
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string, transaction: Transaction = this.database.prisma) {
    return transaction.organization.findFirst({ where: { AND: [{ id }, visibleTo(organizationId)] } });
  }

  /** Whether the plan is given to nobody any more. */
  async isPlanArchived(planId: string, transaction: Transaction): Promise<boolean> {
    const plan = await transaction.plan.findUnique({ where: { id: planId }, select: { archivedAt: true } });
    return plan !== null && plan.archivedAt !== null;
  }

  insert(_organizationId: null, data: Prisma.OrganizationUncheckedCreateInput, transaction: Transaction) {
    return transaction.organization.create({ data });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    organizationId: Tenant,
    key: { readonly id: string; readonly version: number },
    write: { data: Prisma.OrganizationUncheckedUpdateManyInput; transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await write.transaction.organization.updateMany({
        where: { AND: [key, visibleTo(organizationId)] },
        data: { ...write.data, version: { increment: 1 } },
      }),
    );
  }
}
