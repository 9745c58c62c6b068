import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { Deployment, OperationInput, OPERATIONS, Page } from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import { refuseOwnedByFile } from '../configuration/refuse-owned-by-file.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, invalidField, orNotFound } from '../http/problem-error.js';
import { inTransaction } from '../http/transaction.js';
import { OwnersService } from '../organizations/owners.service.js';
import { ProviderCredentialsRepository } from '../provider-credentials/provider-credentials.repository.js';
import { DeploymentsRepository, type DeploymentRow } from './deployments.repository.js';

type ListQuery = OperationInput<typeof OPERATIONS.listDeployments>['query'];
type Draft = OperationInput<typeof OPERATIONS.createDeployment>['body'];
type Change = OperationInput<typeof OPERATIONS.updateDeployment>;

@Injectable()
export class DeploymentsService {
  constructor(
    private readonly database: Database,
    private readonly owners: OwnersService,
    private readonly credentials: ProviderCredentialsRepository,
    private readonly repository: DeploymentsRepository,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<Deployment>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, present);
  }

  async read(actor: Actor, id: string): Promise<Deployment> {
    return present(orNotFound(await this.repository.find(actor.organizationId, id)));
  }

  async create(actor: Actor, draft: Draft): Promise<Deployment> {
    const id = newId('deployment');
    const { organizationId: named, ...data } = draft;
    return inTransaction(this.database, async (transaction) => {
      const organizationId = await this.owners.ownerOf(actor, named, transaction);
      const credentialId = data.providerCredentialId;
      const credential = orNotFound(await this.credentials.find(actor.organizationId, credentialId, transaction));
      if (credential.organizationId !== null && credential.organizationId !== organizationId) {
        const message = 'belongs to an organization and can serve that organization only';
        throw invalidField('/body/providerCredentialId', message, 'owned_by_another');
      }
      const after = present(await this.repository.insert(organizationId, { id, ...data }, transaction));
      const fact = { action: 'deployment.created', resourceId: id, organizationId, before: null, after };
      await recordAudit(transaction, actor, fact);
      return after;
    });
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<Deployment> {
    const id = params.deploymentId;
    return inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      refuseManaged(found, Object.keys(body));
      const model = body.model ?? found.model;
      if ((body.upstreamModel ?? found.upstreamModel).includes('*') && !model.includes('*')) {
        throw invalidField('/body/upstreamModel', 'must not contain "*" unless model does');
      }
      const data = withoutUndefined(body);
      await this.repository.update(actor.organizationId, { id, version: ifMatch }, { data, transaction });
      const after = present(orNotFound(await this.repository.find(actor.organizationId, id, transaction)));
      const { organizationId } = after;
      const fact = { action: 'deployment.updated', resourceId: id, organizationId, before: present(found), after };
      await recordAudit(transaction, actor, fact);
      return after;
    });
  }

  async delete(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      refuseManaged(found);
      await this.repository.delete(actor.organizationId, id, transaction);
      const before = present(found);
      const { organizationId } = found;
      const fact = { action: 'deployment.deleted', resourceId: id, organizationId, before, after: null };
      await recordAudit(transaction, actor, fact);
    });
  }
}

/** The environment says nothing of draining: taking a deployment out of service for a while is for whoever runs it. */
const BESIDE_THE_ENVIRONMENT: readonly string[] = ['drained'];

function refuseManaged(row: DeploymentRow, fields: readonly string[] = ['']): void {
  refuseOwnedByFile('deployment', row.source);
  if (row.source !== 'environment' || fields.every((field) => BESIDE_THE_ENVIRONMENT.includes(field))) return;
  throw conflict('The deployment follows the environment. Change it there.');
}

function present(row: DeploymentRow): Deployment {
  return {
    id: row.id,
    organizationId: row.organizationId,
    providerCredentialId: row.providerCredentialId,
    provider: row.providerCredential.provider,
    model: row.model,
    upstreamModel: row.upstreamModel,
    region: row.region,
    enabled: row.enabled,
    drained: row.drained,
    priority: row.priority,
    source: row.source,
    ...revisionOf(row),
  };
}
