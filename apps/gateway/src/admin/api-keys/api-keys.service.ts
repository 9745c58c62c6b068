import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { API_KEY_PREFIX, issueSecret, newId } from '@tollgate/domain';
import type { ApiKey, IssuedApiKey, OperationInput, OPERATIONS, Page } from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor, Tenant } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { instantOrNull, revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, invalidField, orNotFound, ProblemError } from '../http/problem-error.js';
import { inTransaction, type Transaction } from '../http/transaction.js';
import { LimitsRepository, type Limits } from '../limits/limits.repository.js';
import { MembersRepository } from '../members/members.repository.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { ProjectsRepository } from '../projects/projects.repository.js';
import { ApiKeysRepository, type ApiKeyFacts, type ApiKeyRow } from './api-keys.repository.js';

type List = OperationInput<typeof OPERATIONS.listApiKeys>;
type OrganizationList = OperationInput<typeof OPERATIONS.listOrganizationApiKeys>;
type Creation = OperationInput<typeof OPERATIONS.createApiKey>;
type Change = OperationInput<typeof OPERATIONS.updateApiKey>;
type Rotation = OperationInput<typeof OPERATIONS.rotateApiKey>;
type ApiKeyScope = { readonly organizationId?: string; readonly projectId?: string };

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly projects: ProjectsRepository,
    private readonly repository: ApiKeysRepository,
    private readonly limits: LimitsRepository,
    private readonly members: MembersRepository,
  ) {}

  async list(actor: Actor, { params, query }: List): Promise<Page<ApiKey>> {
    const { projectId } = params;
    return this.#list(actor, query, async () => {
      orNotFound(await this.projects.find(actor.organizationId, projectId));
      return { projectId };
    });
  }

  async listOfOrganization(actor: Actor, { params, query }: OrganizationList): Promise<Page<ApiKey>> {
    const { projectId } = query;
    return this.#list(actor, query, async () => {
      const { id } = orNotFound(await this.organizations.find(actor.organizationId, params.organizationId));
      return { organizationId: id, ...(projectId === undefined ? {} : { projectId }) };
    });
  }

  /** @param scopeOf finds what the keys belong to, once the cursor has been found to be good. */
  async #list(actor: Actor, query: List['query'], scopeOf: () => Promise<ApiKeyScope>): Promise<Page<ApiKey>> {
    const { limit, sort, cursor, tag, name, ownerId } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    const scope = await scopeOf();
    const filter = withoutUndefined({ name, ownerId, tags: tag === undefined ? undefined : { has: tag } });
    const rows = await this.repository.list(actor.organizationId, { ...filter, ...scope }, keyset);
    const limitsOf = await this.limits.readMany(
      'api_key',
      rows.map((row) => row.id),
    );
    const factsOf = await this.repository.readFacts(actor.organizationId, rows);
    return toPage(rows, order, (row) => present(row, { ...limitsOf(row.id), ...factsOf(row.id) }));
  }

  async read(actor: Actor, id: string): Promise<ApiKey> {
    return this.#current(actor.organizationId, id);
  }

  async create(actor: Actor, { params, body }: Creation): Promise<IssuedApiKey> {
    const { rateLimit, monthlyBudget, budgetLadder, expiresAt, ...data } = body;
    const id = newId('apiKey');
    const issued = issueSecret(API_KEY_PREFIX);
    return inTransaction(this.database, async (transaction) => {
      const project = orNotFound(await this.projects.find(actor.organizationId, params.projectId, transaction));
      const { organizationId } = project;
      // whoever may create keys of their own only owns them, whatever the body says
      const ownerId = actor.ownKeysOnly === true ? actor.id : data.ownerId;
      if (actor.ownKeysOnly !== true) await this.#requireMember(organizationId, ownerId, transaction);
      const row = { id, projectId: project.id, ...data, ownerId, expiresAt: dateOrNull(expiresAt) };
      await this.repository.insert(organizationId, row, transaction);
      await this.repository.insertSecret(organizationId, id, { issued, transaction });
      await this.limits.write(
        organizationId,
        { scope: 'api_key', scopeId: id },
        { rateLimit, monthlyBudget, budgetLadder, transaction },
      );
      const after = await this.#current(organizationId, id, transaction);
      const fact = { action: 'api-key.created', resourceId: id, organizationId, before: null, after };
      await recordAudit(transaction, actor, fact);
      return { ...after, secret: issued.secret };
    });
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<ApiKey> {
    const { rateLimit, monthlyBudget, budgetLadder, expiresAt, ...data } = body;
    const id = params.apiKeyId;
    return inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      requireOwn(actor, found);
      refuseRevoked(found);
      const { organizationId } = found;
      if (data.ownerId !== undefined && data.ownerId !== found.ownerId) {
        if (actor.ownKeysOnly === true) throw new ProblemError('forbidden', 'You cannot give away a key of your own.');
        await this.#requireMember(organizationId, data.ownerId, transaction);
      }
      const before = await this.#current(organizationId, id, transaction);
      const fields = withoutUndefined({
        ...data,
        expiresAt: expiresAt === undefined ? undefined : dateOrNull(expiresAt),
      });
      await this.repository.update(organizationId, { id, version: ifMatch }, { data: fields, transaction });
      await this.limits.write(
        organizationId,
        { scope: 'api_key', scopeId: id },
        { rateLimit, monthlyBudget, budgetLadder, transaction },
      );
      const after = await this.#current(organizationId, id, transaction);
      await recordAudit(transaction, actor, {
        action: 'api-key.updated',
        resourceId: id,
        organizationId,
        before,
        after,
      });
      return after;
    });
  }

  async rotate(actor: Actor, { params, body }: Rotation): Promise<IssuedApiKey> {
    const issued = issueSecret(API_KEY_PREFIX);
    const id = params.apiKeyId;
    return inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.lock(actor.organizationId, id, transaction));
      requireOwn(actor, found);
      refuseRevoked(found);
      const { organizationId, version } = found;
      const before = await this.#current(organizationId, id, transaction);
      const at = new Date(Date.now() + body.overlapSeconds * 1000);
      await this.repository.expireSecrets(organizationId, id, { at, transaction });
      await this.repository.insertSecret(organizationId, id, { issued, transaction });
      await this.repository.update(organizationId, { id, version }, { data: {}, transaction });
      const after = await this.#current(organizationId, id, transaction);
      await recordAudit(transaction, actor, {
        action: 'api-key.rotated',
        resourceId: id,
        organizationId,
        before,
        after,
      });
      return { ...after, secret: issued.secret };
    });
  }

  /** Writes the database only: the change raises the control plane's version, by which every gateway notices. */
  async revoke(actor: Actor, id: string): Promise<ApiKey> {
    return inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.lock(actor.organizationId, id, transaction));
      requireOwn(actor, found);
      const { organizationId, version } = found;
      const before = await this.#current(organizationId, id, transaction);
      if (found.revokedAt !== null) return before;
      const data = { revokedAt: new Date() };
      await this.repository.update(organizationId, { id, version }, { data, transaction });
      const after = await this.#current(organizationId, id, transaction);
      await recordAudit(transaction, actor, {
        action: 'api-key.revoked',
        resourceId: id,
        organizationId,
        before,
        after,
      });
      return after;
    });
  }

  async #current(organizationId: Tenant, id: string, transaction?: Transaction): Promise<ApiKey> {
    const row = orNotFound(await this.repository.find(organizationId, id, transaction));
    const limits = (await this.limits.readMany('api_key', [id], transaction))(id);
    return present(row, { ...limits, ...(await this.repository.readFacts(organizationId, [row], transaction))(id) });
  }

  /** @throws ProblemError when the named owner does not belong to the organization. */
  async #requireMember(organizationId: string, ownerId: string | null, transaction: Transaction): Promise<void> {
    if (ownerId === null || (await this.members.has(organizationId, ownerId, transaction))) return;
    throw invalidField('/body/ownerId', 'must be a member of the organization', 'not_a_member');
  }
}

const dateOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** They may see the key, so that they are told what is wrong. */
function requireOwn(actor: Actor, { ownerId }: ApiKeyRow): void {
  if (actor.ownKeysOnly !== true || ownerId === actor.id) return;
  throw new ProblemError(
    'forbidden',
    'The API key is not yours: you may change, rotate and revoke your own keys only.',
  );
}

function refuseRevoked(row: ApiKeyRow): void {
  if (row.revokedAt !== null) throw conflict('The API key is revoked. Create another one.');
}

function present(row: ApiKeyRow, { ownerName, lastUsedAt, ...limits }: Limits & ApiKeyFacts): ApiKey {
  return {
    id: row.id,
    organizationId: row.organizationId,
    projectId: row.projectId,
    name: row.name,
    ownerId: row.ownerId,
    ownerName,
    modelAllowlist: row.modelAllowlist,
    tags: row.tags,
    ipRanges: row.ipRanges,
    unsupportedParameters: row.unsupportedParameters === 'drop' ? 'drop' : 'refuse',
    constraints: row.constraints as ApiKey['constraints'],
    expiresAt: instantOrNull(row.expiresAt),
    revokedAt: instantOrNull(row.revokedAt),
    ...limits,
    lastUsedAt: instantOrNull(lastUsedAt),
    secrets: row.secrets.map((secret) => ({
      id: secret.id,
      displayPrefix: secret.displayPrefix,
      expiresAt: instantOrNull(secret.expiresAt),
      revokedAt: instantOrNull(secret.revokedAt),
      createdAt: secret.createdAt.toISOString(),
    })),
    ...revisionOf(row),
  };
}
