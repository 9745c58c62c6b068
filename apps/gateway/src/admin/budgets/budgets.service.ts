import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { newId, parsePicos } from '@tollgate/domain';
import {
  MAX_BUDGET_UNITS,
  type BudgetNotice,
  type BudgetRaise,
  type OperationInput,
  type OPERATIONS,
  type Page,
} from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { isUniqueViolation } from '../http/database-errors.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { dollars, withoutUndefined } from '../http/presentation.js';
import { invalidField, orNotFound, ProblemError } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { BudgetsRepository, type BudgetNoticeRow } from './budgets.repository.js';
import { presentRaise } from './present-raise.js';

type RaiseList = OperationInput<typeof OPERATIONS.listBudgetRaises>;
type Raising = OperationInput<typeof OPERATIONS.createBudgetRaise>;
type Ending = OperationInput<typeof OPERATIONS.endBudgetRaise>;
type NoticeQuery = OperationInput<typeof OPERATIONS.listBudgetNotices>['query'];

@Injectable()
export class BudgetsService {
  constructor(
    private readonly database: Database,
    private readonly repository: BudgetsRepository,
  ) {}

  async listRaises(actor: Actor, { params, query }: RaiseList): Promise<Page<BudgetRaise>> {
    const keyset = readKeyset(query);
    orNotFound(await this.repository.find(actor.organizationId, params.budgetId));
    const rows = await this.repository.listRaises(actor.organizationId, params.budgetId, keyset);
    return toPage(rows, query, presentRaise);
  }

  async raise(actor: Actor, { params, body, idempotencyKey }: Raising): Promise<BudgetRaise> {
    const { budgetId } = params;
    return inTransaction(this.database, async (transaction) => {
      const budget = orNotFound(await this.repository.find(actor.organizationId, budgetId, transaction));
      requireMayRaise(actor, budget);
      const { organizationId } = budget;
      await this.repository.lock(organizationId, budgetId, transaction);
      const earlier = await this.repository.findByKey(organizationId, idempotencyKey, transaction);
      if (earlier !== null) return sameAgain(earlier, { budgetId, ...body });
      await this.#requireCountable(budget, body.amount, transaction);
      const id = newId('budgetRaise');
      const { amount, reason } = body;
      const data = { id, budgetId, amount, reason, expiresAt: new Date(body.expiresAt), createdBy: actor.id };
      const row = await this.repository.insertRaise(organizationId, { ...data, idempotencyKey }, transaction);
      const after = presentRaise(row);
      const fact = { action: 'budget-raise.created', resourceId: id, organizationId, before: null, after };
      await recordAudit(transaction, actor, fact);
      return after;
    }).catch((error: unknown) => {
      // of another budget of the organization, at the same time
      if (isUniqueViolation(error)) throw keyReused();
      throw error;
    });
  }

  /** Admission counts what is granted in one number. */
  async #requireCountable(budget: Prisma.BudgetModel, amount: string, transaction: Transaction): Promise<void> {
    const raised = await this.repository.sumRaises(budget.organizationId, budget.id, transaction);
    const granted = [budget.amount.toFixed(12), raised, amount].reduce((sum, each) => sum + parsePicos(each), 0n);
    if (granted < parsePicos(String(MAX_BUDGET_UNITS))) return;
    const message = `must be below ${MAX_BUDGET_UNITS} together with the budget and its other raises`;
    throw invalidField('/body/amount', message, 'too_big');
  }

  async endRaise(actor: Actor, { params }: Ending): Promise<void> {
    const { budgetId, budgetRaiseId: id } = params;
    await inTransaction(this.database, async (transaction) => {
      const budget = orNotFound(await this.repository.find(actor.organizationId, budgetId, transaction));
      const found = orNotFound(await this.repository.findRaise(actor.organizationId, { id, budgetId }, transaction));
      requireMayRaise(actor, budget);
      const at = new Date();
      if (found.expiresAt <= at) return;
      const { organizationId } = budget;
      const after = presentRaise(await this.repository.endRaise(organizationId, id, { at, transaction }));
      const before = presentRaise(found);
      const fact = { action: 'budget-raise.ended', resourceId: id, organizationId, before, after };
      await recordAudit(transaction, actor, fact);
    });
  }

  async listNotices(actor: Actor, query: NoticeQuery): Promise<Page<BudgetNotice>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.listNotices(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    const scopeIds = rows.map(({ budget }) => budget.scopeId);
    const names = await this.repository.readScopeNames(actor.organizationId, scopeIds);
    return toPage(rows, order, (row) => presentNotice(row, names.get(row.budget.scopeId) ?? null));
  }
}

/** The ceiling that the operator set would be worth nothing if the organization could lift it itself. */
function requireMayRaise(actor: Actor, { scope }: Prisma.BudgetModel): void {
  if (actor.organizationId === null || scope !== 'organization') return;
  throw new ProblemError('forbidden', 'Only the operator may raise the budget of an organization.');
}

/** @throws ProblemError when the key stands for another raise. */
function sameAgain(
  earlier: Prisma.BudgetRaiseModel,
  asked: Raising['body'] & { readonly budgetId: string },
): BudgetRaise {
  const raise = presentRaise(earlier);
  const same =
    raise.budgetId === asked.budgetId &&
    raise.amount.amount === dollars(asked.amount).amount &&
    raise.reason === asked.reason;
  // not its expiry: a raise that was ended early is still the one that was asked for
  if (!same) throw keyReused();
  return raise;
}

function keyReused(): ProblemError {
  const message = 'was sent before with another body; a new act needs a new key';
  return new ProblemError('idempotency-key-reused', undefined, [
    { pointer: '/header/Idempotency-Key', code: 'reused', message },
  ]);
}

function presentNotice(row: BudgetNoticeRow, scopeName: string | null): BudgetNotice {
  return {
    id: row.id,
    budgetId: row.budgetId,
    organizationId: row.organizationId,
    scope: row.budget.scope,
    scopeId: row.budget.scopeId,
    scopeName,
    percent: row.percent,
    spent: dollars(row.spent),
    granted: dollars(row.granted),
    periodStartsAt: row.periodStartsAt.toISOString(),
    notifiedAt: row.notifiedAt.toISOString(),
  };
}
