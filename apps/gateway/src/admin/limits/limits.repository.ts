import { Injectable } from '@nestjs/common';
import { Database, type LimitScope } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { MoneyAmount, RateLimit } from '@tollgate/wire';
import { dollars } from '../http/presentation.js';
import type { Transaction } from '../http/transaction.js';

/** Ceilings as fields of the organization, project or key that they bound. */
export interface Limits {
  readonly rateLimit: RateLimit;
  readonly monthlyBudget: MoneyAmount | null;
}

export interface LimitsChange {
  readonly rateLimit?: RateLimit | undefined;
  readonly monthlyBudget?: MoneyAmount | null | undefined;
}

const UNLIMITED: Limits = {
  rateLimit: { requestsPerMinute: null, tokensPerMinute: null, concurrency: null },
  monthlyBudget: null,
};

/** What a limit stands on. */
export interface LimitTarget {
  readonly scope: LimitScope;
  readonly scopeId: string;
}

@Injectable()
export class LimitsRepository {
  constructor(private readonly database: Database) {}

  /** Limits of several resources of one kind, which the caller has found to be the tenant's. */
  async readMany(
    scope: LimitScope,
    scopeIds: readonly string[],
    transaction?: Transaction,
  ): Promise<(id: string) => Limits> {
    const client = transaction ?? this.database.prisma;
    const where = { scope, scopeId: { in: [...scopeIds] } };
    const rateLimits = await client.rateLimit.findMany({ where });
    const budgets = await client.budget.findMany({ where });
    const rateLimitById = new Map(rateLimits.map((row) => [row.scopeId, row]));
    const budgetById = new Map(budgets.map((row) => [row.scopeId, row]));
    return (id) => {
      const rates = rateLimitById.get(id);
      const budget = budgetById.get(id);
      return {
        rateLimit:
          rates === undefined
            ? UNLIMITED.rateLimit
            : {
                requestsPerMinute: rates.requestsPerMinute,
                tokensPerMinute: rates.tokensPerMinute,
                concurrency: rates.concurrency,
              },
        monthlyBudget: budget === undefined ? null : dollars(budget.amount),
      };
    };
  }

  /** Sets what the change names and leaves the rest. */
  async write(
    organizationId: string,
    target: LimitTarget,
    change: LimitsChange & { transaction: Transaction },
  ): Promise<void> {
    if (change.rateLimit !== undefined)
      await writeRateLimit(organizationId, target, { ...change, rateLimit: change.rateLimit });
    if (change.monthlyBudget !== undefined) {
      await writeBudget(organizationId, target, { ...change, monthlyBudget: change.monthlyBudget });
    }
  }
}

async function writeRateLimit(
  organizationId: string,
  target: LimitTarget,
  { rateLimit, transaction }: { rateLimit: RateLimit; transaction: Transaction },
): Promise<void> {
  await transaction.rateLimit.upsert({
    where: { scope_scopeId: target },
    create: { ...target, organizationId, ...rateLimit },
    update: { ...rateLimit, version: { increment: 1 } },
  });
}

async function writeBudget(
  organizationId: string,
  target: LimitTarget,
  { monthlyBudget, transaction }: { monthlyBudget: MoneyAmount | null; transaction: Transaction },
): Promise<void> {
  if (monthlyBudget === null) {
    await transaction.budget.deleteMany({ where: { ...target, organizationId } });
    return;
  }
  await transaction.budget.upsert({
    where: { scope_scopeId: target },
    create: { id: newId('budget'), ...target, organizationId, amount: monthlyBudget.amount },
    update: { amount: monthlyBudget.amount, version: { increment: 1 } },
  });
}
