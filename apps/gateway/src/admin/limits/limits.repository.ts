import { Injectable } from '@nestjs/common';
import { Database, type LimitScope, type Prisma } from '@tollgate/database';
import { newId, type LadderRung } from '@tollgate/domain';
import type { BudgetLadder, BudgetRaise, MoneyAmount, RateLimit } from '@tollgate/wire';
import { presentRaise } from '../budgets/present-raise.js';
import { refuseOwnedByFile } from '../configuration/refuse-owned-by-file.js';
import { dollars } from '../http/presentation.js';
import { invalidField } from '../http/problem-error.js';
import type { Transaction } from '../http/transaction.js';

/** Ceilings as fields of the organization, project or key that they bound. */
export interface Limits {
  readonly rateLimit: RateLimit;
  readonly monthlyBudget: MoneyAmount | null;
  /** By percent, the lowest first. */
  readonly budgetLadder: LadderRung[];
  readonly budgetId: string | null;
  /** Those that have not expired. */
  readonly budgetRaises: BudgetRaise[];
  readonly limitsSource: 'api' | 'file';
}

export interface LimitsChange {
  readonly rateLimit?: RateLimit | undefined;
  readonly monthlyBudget?: MoneyAmount | null | undefined;
  readonly budgetLadder?: BudgetLadder | undefined;
}

const UNLIMITED: RateLimit = { requestsPerMinute: null, tokensPerMinute: null, concurrency: null };

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
    const budgets = await client.budget.findMany({
      where,
      include: { raises: { where: { expiresAt: { gt: new Date() } }, orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }] } },
    });
    const rateLimitById = new Map(rateLimits.map((row) => [row.scopeId, row]));
    const budgetById = new Map(budgets.map((row) => [row.scopeId, row]));
    return (id) => {
      const rates = rateLimitById.get(id);
      const budget = budgetById.get(id);
      return {
        rateLimit: rates === undefined ? UNLIMITED : ratesOf(rates),
        monthlyBudget: budget === undefined ? null : dollars(budget.amount),
        budgetLadder: budget === undefined ? [] : ladderOf(budget),
        budgetId: budget?.id ?? null,
        budgetRaises: budget?.raises.map(presentRaise) ?? [],
        limitsSource: rates?.source === 'file' ? 'file' : 'api',
      };
    };
  }

  /** Sets what the change names and leaves the rest. */
  async write(
    organizationId: string,
    target: LimitTarget,
    change: LimitsChange & { transaction: Transaction },
  ): Promise<void> {
    const { transaction, rateLimit, monthlyBudget, budgetLadder } = change;
    if (rateLimit === undefined && monthlyBudget === undefined && budgetLadder === undefined) return;
    await requireOwnLimits(target, transaction);
    if (rateLimit !== undefined) await writeRateLimit(organizationId, target, { rateLimit, transaction });
    if (monthlyBudget !== undefined) await writeBudget(organizationId, target, { monthlyBudget, transaction });
    if (budgetLadder !== undefined) await writeLadder(organizationId, target, { budgetLadder, transaction });
  }
}

const ratesOf = ({ requestsPerMinute, tokensPerMinute, concurrency }: RateLimit): RateLimit => ({
  requestsPerMinute,
  tokensPerMinute,
  concurrency,
});

/** The column holds what the wire let through, and nobody else writes it. */
const ladderOf = ({ ladder }: Prisma.BudgetModel): LadderRung[] => ladder as unknown as LadderRung[];

/** The row of the rate limit says whose all limits of its scope are. */
async function requireOwnLimits(target: LimitTarget, transaction: Transaction): Promise<void> {
  const row = await transaction.rateLimit.findUnique({ where: { scope_scopeId: target }, select: { source: true } });
  refuseOwnedByFile(`limit of the ${target.scope.replace('_', ' ')}`, row?.source ?? 'api');
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

async function writeLadder(
  organizationId: string,
  target: LimitTarget,
  { budgetLadder, transaction }: { budgetLadder: BudgetLadder; transaction: Transaction },
): Promise<void> {
  const { count } = await transaction.budget.updateMany({
    where: { ...target, organizationId },
    data: { ladder: budgetLadder, version: { increment: 1 } },
  });
  if (count === 0 && budgetLadder.length > 0) {
    throw invalidField('/body/budgetLadder', 'needs a monthlyBudget: it is a ladder of that', 'no_budget');
  }
}
