import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, Page, Project } from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { isUniqueViolation } from '../http/database-errors.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, orNotFound } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { LimitsRepository, type Limits } from '../limits/limits.repository.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { ProjectsRepository } from './projects.repository.js';

type List = OperationInput<typeof OPERATIONS.listProjects>;
type Creation = OperationInput<typeof OPERATIONS.createProject>;
type Change = OperationInput<typeof OPERATIONS.updateProject>;

@Injectable()
export class ProjectsService {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly repository: ProjectsRepository,
    private readonly limits: LimitsRepository,
  ) {}

  async list(actor: Actor, { params, query }: List): Promise<Page<Project>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    orNotFound(await this.organizations.find(actor.organizationId, params.organizationId));
    const rows = await this.repository.list(
      actor.organizationId,
      { ...withoutUndefined(filter), organizationId: params.organizationId },
      keyset,
    );
    const limitsOf = await this.limits.readMany(
      'project',
      rows.map((row) => row.id),
    );
    return toPage(rows, order, (row) => present(row, limitsOf(row.id)));
  }

  async read(actor: Actor, id: string): Promise<Project> {
    const row = orNotFound(await this.repository.find(actor.organizationId, id));
    return this.#present(row);
  }

  async create(actor: Actor, { params, body }: Creation): Promise<Project> {
    const { rateLimit, monthlyBudget, budgetLadder, ...data } = body;
    const { organizationId } = params;
    const id = newId('project');
    return inTransaction(this.database, async (transaction) => {
      orNotFound(await this.organizations.find(actor.organizationId, organizationId, transaction));
      const row = await this.repository.insert(organizationId, { id, ...data }, transaction);
      await this.limits.write(
        organizationId,
        { scope: 'project', scopeId: id },
        { rateLimit, monthlyBudget, budgetLadder, transaction },
      );
      const after = await this.#present(row, transaction);
      const fact = { action: 'project.created', resourceId: id, organizationId, before: null, after };
      await recordAudit(transaction, actor, fact);
      return after;
    }).catch(explainViolation);
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<Project> {
    const { rateLimit, monthlyBudget, budgetLadder, ...data } = body;
    const id = params.projectId;
    return inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      const { organizationId } = found;
      const before = await this.#present(found, transaction);
      const key = { id, version: ifMatch };
      await this.repository.update(actor.organizationId, key, { data: withoutUndefined(data), transaction });
      await this.limits.write(
        organizationId,
        { scope: 'project', scopeId: id },
        { rateLimit, monthlyBudget, budgetLadder, transaction },
      );
      const row = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      const after = await this.#present(row, transaction);
      await recordAudit(transaction, actor, {
        action: 'project.updated',
        resourceId: id,
        organizationId,
        before,
        after,
      });
      return after;
    }).catch(explainViolation);
  }

  async #present(row: Prisma.ProjectModel, transaction?: Transaction): Promise<Project> {
    return present(row, (await this.limits.readMany('project', [row.id], transaction))(row.id));
  }
}

function explainViolation(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw conflict('The organization has a project with this name.', [
    { pointer: '/body/name', code: 'taken', message: 'is taken by another project' },
  ]);
}

function present(row: Prisma.ProjectModel, limits: Limits): Project {
  return {
    id: row.id,
    organizationId: row.organizationId,
    name: row.name,
    costCentre: row.costCentre,
    ...limits,
    ...revisionOf(row),
  };
}
