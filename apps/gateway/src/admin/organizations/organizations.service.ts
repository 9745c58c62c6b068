import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import {
  SELF_SERVICE_ORGANIZATION_FIELDS,
  type Organization,
  type OperationInput,
  type OPERATIONS,
  type Page,
} from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { isReferenceViolation, isUniqueViolation } from '../http/database-errors.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { dollars, revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, invalidField, orNotFound, ProblemError } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { LimitsRepository, type Limits } from '../limits/limits.repository.js';
import { OrganizationsRepository } from './organizations.repository.js';

type Draft = OperationInput<typeof OPERATIONS.createOrganization>['body'];
type Change = OperationInput<typeof OPERATIONS.updateOrganization>;
type ListQuery = OperationInput<typeof OPERATIONS.listOrganizations>['query'];

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly database: Database,
    private readonly repository: OrganizationsRepository,
    private readonly limits: LimitsRepository,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<Organization>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    const limitsOf = await this.limits.readMany(
      'organization',
      rows.map((row) => row.id),
    );
    return toPage(rows, order, (row) => present(row, limitsOf(row.id)));
  }

  async read(actor: Actor, id: string): Promise<Organization> {
    const row = orNotFound(await this.repository.find(actor.organizationId, id));
    return present(row, (await this.limits.readMany('organization', [id]))(id));
  }

  async create(actor: Actor, draft: Draft): Promise<Organization> {
    const { rateLimit, monthlyBudget, budgetLadder, overdraftLimit, ...data } = draft;
    const id = newId('organization');
    return inTransaction(this.database, async (transaction) => {
      await this.#requireGivenPlan(draft.planId, transaction);
      const overdraft = withoutUndefined({ overdraftLimit: overdraftLimit?.amount });
      const inserted = { id, ...withoutUndefined(data), ...overdraft } as Prisma.OrganizationUncheckedCreateInput;
      const row = await this.repository.insert(null, inserted, transaction);
      requirePlansMode(draft, row);
      await this.limits.write(
        id,
        { scope: 'organization', scopeId: id },
        { rateLimit, monthlyBudget, budgetLadder, transaction },
      );
      const after = present(row, (await this.limits.readMany('organization', [id], transaction))(id));
      const fact = { action: 'organization.created', resourceId: id, organizationId: id, before: null, after };
      await recordAudit(transaction, actor, fact);
      return after;
    }).catch(explainViolation);
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<Organization> {
    const id = params.organizationId;
    const { rateLimit, monthlyBudget, budgetLadder, overdraftLimit, ...data } = body;
    return inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      if (actor.organizationId !== null) refuseOperatorFields(body);
      const before = present(found, (await this.limits.readMany('organization', [id], transaction))(id));
      if (data.planId !== found.planId) await this.#requireGivenPlan(data.planId, transaction);
      const fields = withoutUndefined({ ...data, overdraftLimit: overdraftLimit?.amount });
      await this.repository.update(actor.organizationId, { id, version: ifMatch }, { data: fields, transaction });
      await this.limits.write(
        id,
        { scope: 'organization', scopeId: id },
        { rateLimit, monthlyBudget, budgetLadder, transaction },
      );
      const row = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      requirePlansMode(body, row);
      const after = present(row, (await this.limits.readMany('organization', [id], transaction))(id));
      const fact = { action: 'organization.updated', resourceId: id, organizationId: id, before, after };
      await recordAudit(transaction, actor, fact);
      return after;
    }).catch(explainViolation);
  }

  async #requireGivenPlan(planId: string | null | undefined, transaction: Transaction): Promise<void> {
    if (planId === null || planId === undefined) return;
    if (!(await this.repository.isPlanArchived(planId, transaction))) return;
    throw invalidField('/body/planId', 'the plan is archived: it is given to nobody any more', 'archived');
  }
}

/** The database gives an organization the mode of its plan, whatever was written. */
function requirePlansMode(
  asked: { readonly billingMode?: Organization['billingMode'] | undefined },
  row: Prisma.OrganizationModel,
): void {
  if (asked.billingMode === undefined || asked.billingMode === row.billingMode) return;
  throw invalidField('/body/billingMode', `is ${row.billingMode} by the plan of the organization`, 'plan_decides');
}

/** The operator's terms and ceilings would be worth nothing if the organization could lift them itself. */
function refuseOperatorFields(body: object): void {
  const refused = Object.keys(body).filter((field) => !SELF_SERVICE_ORGANIZATION_FIELDS.includes(field));
  if (refused.length === 0) return;
  throw new ProblemError(
    'forbidden',
    'Only the operator may change these fields.',
    refused.map((field) => ({ pointer: `/body/${field}`, code: 'operator_only', message: 'is set by the operator' })),
  );
}

function explainViolation(error: unknown): never {
  if (isUniqueViolation(error)) {
    throw conflict('There is an organization with this slug.', [
      { pointer: '/body/slug', code: 'taken', message: 'is taken by another organization' },
    ]);
  }
  if (isReferenceViolation(error)) throw invalidField('/body/planId', 'there is no such plan', 'not_found');
  throw error;
}

function present(row: Prisma.OrganizationModel, limits: Limits): Organization {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    timeZone: row.timeZone,
    billingCurrency: row.billingCurrency,
    billingMode: row.billingMode,
    simulated: row.simulated,
    planId: row.planId,
    overdraftLimit: dollars(row.overdraftLimit),
    ...limits,
    ...revisionOf(row),
  };
}
