import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { ownedBy, type Tenant } from '../http/actor.js';
import { keysetClauses, type Keyset } from '../http/keyset.js';
import type { Transaction } from '../http/transaction.js';

interface NoticeFilter {
  readonly organizationId?: string;
  readonly budgetId?: string;
}

const WITH_SCOPE = {
  budget: { select: { scope: true, scopeId: true } },
} as const satisfies Prisma.BudgetNoticeInclude;

export type BudgetNoticeRow = Prisma.BudgetNoticeGetPayload<{ include: typeof WITH_SCOPE }>;

@Injectable()
export class BudgetsRepository {
  constructor(private readonly database: Database) {}

  find(organizationId: Tenant, id: string, transaction: Transaction = this.database.prisma) {
    return transaction.budget.findFirst({ where: { AND: [{ id }, ownedBy(organizationId)] } });
  }

  listRaises(organizationId: Tenant, budgetId: string, keyset: Keyset) {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.budgetRaise.findMany({
      where: { AND: [{ budgetId }, ownedBy(organizationId), where] },
      orderBy,
      take,
    });
  }

  findRaise(organizationId: Tenant, key: { readonly id: string; readonly budgetId: string }, transaction: Transaction) {
    return transaction.budgetRaise.findFirst({ where: { AND: [key, ownedBy(organizationId)] } });
  }

  /** What was raised in the organization by this key. */
  findByKey(organizationId: string, idempotencyKey: string, transaction: Transaction) {
    return transaction.budgetRaise.findUnique({
      where: { organizationId_idempotencyKey: { organizationId, idempotencyKey } },
    });
  }

  /** Whoever comes with the same key at the same time waits here, and then finds what was raised. */
  async lock(_organizationId: string, id: string, transaction: Transaction): Promise<void> {
    await transaction.$queryRaw`SELECT 1 FROM budget WHERE id = ${id} FOR NO KEY UPDATE`;
  }

  /** Decimal USD of the raises that have not expired. */
  async sumRaises(_organizationId: string, budgetId: string, transaction: Transaction): Promise<string> {
    const where = { budgetId, expiresAt: { gt: new Date() } };
    const { _sum } = await transaction.budgetRaise.aggregate({ where, _sum: { amount: true } });
    return _sum.amount?.toFixed(12) ?? '0';
  }

  insertRaise(
    organizationId: string,
    data: Omit<Prisma.BudgetRaiseUncheckedCreateInput, 'organizationId'>,
    transaction: Transaction,
  ) {
    return transaction.budgetRaise.create({ data: { ...data, organizationId } });
  }

  endRaise(_organizationId: string, id: string, write: { at: Date; transaction: Transaction }) {
    return write.transaction.budgetRaise.update({ where: { id }, data: { expiresAt: write.at } });
  }

  listNotices(organizationId: Tenant, filter: NoticeFilter, keyset: Keyset): Promise<BudgetNoticeRow[]> {
    const { where, orderBy, take } = keysetClauses(keyset);
    return this.database.prisma.budgetNotice.findMany({
      where: { AND: [filter, ownedBy(organizationId), where] },
      include: WITH_SCOPE,
      orderBy,
      take,
    });
  }

  /** Names of what budgets bound, by its id. */
  async readScopeNames(_organizationId: Tenant, scopeIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.prisma.$queryRaw<{ id: string; name: string }[]>`
      SELECT id, name FROM organization WHERE id = ANY(${scopeIds})
      UNION ALL SELECT id, name FROM project WHERE id = ANY(${scopeIds})
      UNION ALL SELECT id, name FROM api_key WHERE id = ANY(${scopeIds})`;
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}
