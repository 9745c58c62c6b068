import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, Page, Route } from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import { refuseOwnedByFile } from '../configuration/refuse-owned-by-file.js';
import type { Actor, Tenant } from '../http/actor.js';
import { isUniqueViolation } from '../http/database-errors.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, invalidField, invalidRequest, orNotFound } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { OwnersService } from '../organizations/owners.service.js';
import { readDefinition, writeDefinition } from './route-definition.js';
import { RoutesRepository } from './routes.repository.js';
import { ServedModels, type DescribedModels } from './served-models.js';

type ListQuery = OperationInput<typeof OPERATIONS.listRoutes>['query'];
type Draft = OperationInput<typeof OPERATIONS.createRoute>['body'];
type Change = OperationInput<typeof OPERATIONS.updateRoute>;

@Injectable()
export class RoutesService {
  constructor(
    private readonly database: Database,
    private readonly owners: OwnersService,
    private readonly repository: RoutesRepository,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<Route>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, presentRoute);
  }

  async read(actor: Actor, id: string): Promise<Route> {
    return presentRoute(orNotFound(await this.repository.find(actor.organizationId, id)));
  }

  async create(actor: Actor, draft: Draft): Promise<Route> {
    const id = newId('route');
    const { organizationId: named, name, enabled, ...described } = draft;
    return inTransaction(this.database, async (transaction) => {
      const organizationId = await this.owners.ownerOf(actor, named, transaction);
      await this.#requireServed(organizationId, described, transaction);
      const data = { id, name, enabled, definition: writeDefinition(described) };
      const after = presentRoute(await this.repository.insert(organizationId, data, transaction));
      const fact = { action: 'route.created', resourceId: id, organizationId, before: null, after };
      await recordAudit(transaction, actor, fact);
      return after;
    }).catch(explainViolation);
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<Route> {
    const id = params.routeId;
    const { name, enabled, ...changed } = body;
    return inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      refuseOwnedByFile('route', found.source);
      const { organizationId } = found;
      const described = { ...readDefinition(found), ...withoutUndefined(changed) };
      // what does not change was served when it was written: a deployment that is gone must not hold back other changes
      await this.#requireServed(organizationId, withoutUndefined(changed), transaction);
      if ((described.firstTokenTimeoutMs ?? 0) > (described.totalTimeoutMs ?? Infinity)) {
        throw invalidField('/body/firstTokenTimeoutMs', 'must not be above totalTimeoutMs');
      }
      const data = { ...withoutUndefined({ name, enabled }), definition: writeDefinition(described) };
      await this.repository.update(actor.organizationId, { id, version: ifMatch }, { data, transaction });
      const after = presentRoute(orNotFound(await this.repository.find(actor.organizationId, id, transaction)));
      const before = presentRoute(found);
      const fact = { action: 'route.updated', resourceId: id, organizationId, before, after };
      await recordAudit(transaction, actor, fact);
      return after;
    }).catch(explainViolation);
  }

  async delete(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      refuseOwnedByFile('route', found.source);
      await this.repository.delete(actor.organizationId, id, transaction);
      const before = presentRoute(found);
      const { organizationId } = found;
      const fact = { action: 'route.deleted', resourceId: id, organizationId, before, after: null };
      await recordAudit(transaction, actor, fact);
    });
  }

  /** @throws ProblemError that names every model which nothing serves. */
  async #requireServed(organizationId: Tenant, described: DescribedModels, transaction: Transaction): Promise<void> {
    const serving = await this.repository.findServing(organizationId, transaction);
    const faults = new ServedModels(serving).missingIn(described, organizationId, '/body');
    if (faults.length > 0) throw invalidRequest(faults);
  }
}

function explainViolation(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw conflict('There is a route with this name.', [
    { pointer: '/body/name', code: 'taken', message: 'is taken by another route of the same owner' },
  ]);
}

function presentRoute(row: Prisma.RouteModel): Route {
  return {
    id: row.id,
    organizationId: row.organizationId,
    name: row.name,
    ...(readDefinition(row) as Omit<Route, 'id' | 'organizationId' | 'name' | 'enabled' | 'source'>),
    enabled: row.enabled,
    source: row.source === 'file' ? 'file' : 'api',
    ...revisionOf(row),
  };
}
