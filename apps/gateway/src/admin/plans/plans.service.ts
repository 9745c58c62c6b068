import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, Page, Plan } from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { isUniqueViolation } from '../http/database-errors.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { dollars, instantOrNull, revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, invalidField, orNotFound } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { PlansRepository } from './plans.repository.js';

type ListQuery = OperationInput<typeof OPERATIONS.listPlans>['query'];
type Draft = OperationInput<typeof OPERATIONS.createPlan>['body'];
type Change = OperationInput<typeof OPERATIONS.updatePlan>;

/** The terms under which organizations use the installation. */
@Injectable()
export class PlansService {
  constructor(
    private readonly database: Database,
    private readonly repository: PlansRepository,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<Plan>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, present);
  }

  async read(actor: Actor, id: string): Promise<Plan> {
    return present(orNotFound(await this.repository.find(actor.organizationId, id)));
  }

  async create(actor: Actor, draft: Draft): Promise<Plan> {
    const id = newId('plan');
    const { name, billingMode, ...terms } = draft;
    return inTransaction(this.database, async (transaction) => {
      await this.#requireBook(draft.priceBookId, transaction);
      const data = { id, name, billingMode, ...columnsOf(terms) };
      const after = present(await this.repository.insert(null, data, transaction));
      const fact = { action: 'plan.created', resourceId: id, organizationId: null, before: null, after };
      await recordAudit(transaction, actor, fact);
      return after;
    }).catch(explainViolation);
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<Plan> {
    const id = params.planId;
    const { archived, name, billingMode, ...terms } = body;
    return inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(null, id, transaction));
      await this.#requireBook(body.priceBookId, transaction);
      if (billingMode !== undefined && billingMode !== found.billingMode) {
        await this.repository.lockOrganizations(null, id, transaction);
      }
      const archivedAt = archived === undefined ? undefined : archived ? (found.archivedAt ?? new Date()) : null;
      const data = { ...withoutUndefined({ name, billingMode, archivedAt }), ...columnsOf(terms) };
      await this.repository.update(null, { id, version: ifMatch }, { data, transaction });
      const after = present(orNotFound(await this.repository.find(null, id, transaction)));
      const fact = { action: 'plan.updated', resourceId: id, organizationId: null, before: present(found), after };
      await recordAudit(transaction, actor, fact);
      return after;
    }).catch(explainViolation);
  }

  async #requireBook(id: string | null | undefined, transaction: Transaction): Promise<void> {
    if (id === null || id === undefined || (await this.repository.isOperatorsBook(id, transaction))) return;
    throw invalidField('/body/priceBookId', 'there is no such price book of the operator', 'not_found');
  }
}

type Terms = Pick<Change['body'], 'priceBookId' | 'platformFee' | 'includedCredit' | 'rateLimit' | 'monthlyBudget'>;

function columnsOf({ priceBookId, platformFee, includedCredit, rateLimit, monthlyBudget }: Terms) {
  return withoutUndefined({
    priceBookId,
    platformFee: platformFee?.amount,
    includedCredit: includedCredit?.amount,
    ...rateLimit,
    monthlyBudget: monthlyBudget === undefined ? undefined : (monthlyBudget?.amount ?? null),
  });
}

function explainViolation(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw conflict('There is a plan with this name.', [
    { pointer: '/body/name', code: 'taken', message: 'is taken by another plan' },
  ]);
}

function present(row: Prisma.PlanModel): Plan {
  const { requestsPerMinute, tokensPerMinute, concurrency, monthlyBudget } = row;
  return {
    id: row.id,
    name: row.name,
    billingMode: row.billingMode,
    priceBookId: row.priceBookId,
    platformFee: dollars(row.platformFee),
    includedCredit: dollars(row.includedCredit),
    rateLimit: { requestsPerMinute, tokensPerMinute, concurrency },
    monthlyBudget: monthlyBudget === null ? null : dollars(monthlyBudget),
    archivedAt: instantOrNull(row.archivedAt),
    ...revisionOf(row),
  };
}
