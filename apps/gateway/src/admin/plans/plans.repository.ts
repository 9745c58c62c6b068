import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import type { Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import { requireChanged, type Transaction } from '../http/transaction.js';

/** Plans are the operator's; an organization sees the one that it has. */
const visibleTo = (organizationId: Tenant): Prisma.PlanWhereInput =>
  organizationId === null ? {} : { organizations: { some: { id: organizationId } } };

@Injectable()
export class PlansRepository {
  constructor(private readonly database: Database) {}

  list(organizationId: Tenant, filter: { readonly name?: string }, keyset: Keyset) {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.plan.findMany({
      where: { AND: [filter, visibleTo(organizationId), where] },
      orderBy,
      take,
    });
  }

  find(organizationId: Tenant, id: string, transaction: Transaction = this.database.prisma) {
    return transaction.plan.findFirst({ where: { AND: [{ id }, visibleTo(organizationId)] } });
  }

  insert(_organizationId: null, data: Prisma.PlanUncheckedCreateInput, transaction: Transaction) {
    return transaction.plan.create({ data });
  }

  /** @throws ProblemError when the version is not the one that is named. */
  async update(
    _organizationId: null,
    key: { readonly id: string; readonly version: number },
    write: { data: Prisma.PlanUncheckedUpdateManyInput; transaction: Transaction },
  ): Promise<void> {
    requireChanged(
      await write.transaction.plan.updateMany({ where: key, data: { ...write.data, version: { increment: 1 } } }),
    );
  }

  /**
   * A plan's billing mode is written into its organizations. They are locked before the plan and by their ids, as by
   * whoever books their usage or gives them a plan: in another order two would wait for each other.
   */
  async lockOrganizations(_organizationId: null, planId: string, transaction: Transaction): Promise<void> {
    await transaction.$queryRaw`SELECT 1 FROM organization WHERE plan_id = ${planId} ORDER BY id FOR NO KEY UPDATE`;
  }

  /** Whether the book can be a plan's: one of the operator's, which every organization may see. */
  async isOperatorsBook(priceBookId: string, transaction: Transaction): Promise<boolean> {
    const book = await transaction.priceBook.findFirst({ where: { id: priceBookId, organizationId: null } });
    return book !== null;
  }
}
