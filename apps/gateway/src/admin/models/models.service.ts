import { Injectable } from '@nestjs/common';
import type { Prisma } from '@tollgate/database';
import { compileAllowlist } from '@tollgate/domain';
import type { CurrentPrice, Model, OperationInput, OPERATIONS, Page } from '@tollgate/wire';
import type { Actor, Tenant } from '../http/actor.js';
import { readKeyset, toKeyedPage } from '../http/keyset.js';
import { withoutUndefined } from '../http/presentation.js';
import { orNotFound } from '../http/problem-error.js';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { CurrentPrices } from './current-prices.js';
import { ModelsRepository, type ServingDeployment } from './models.repository.js';

type ListQuery = OperationInput<typeof OPERATIONS.listModels>['query'];
type Read = OperationInput<typeof OPERATIONS.readModel>;

/** What an organization can do with the models of the catalogue. */
interface Offer {
  readonly providers: ReadonlySet<string>;
  readonly deployments: readonly ServingDeployment[];
  readonly pricesOf: (provider: string, name: string) => CurrentPrice[];
  /** Whether the key that is asked for may call a model by this name. */
  readonly allows: (name: string) => boolean;
}

/** Whose offer is asked for. */
interface Asker {
  readonly tenant: Tenant;
  readonly allows: (name: string) => boolean;
}

@Injectable()
export class ModelsService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly repository: ModelsRepository,
    private readonly currentPrices: CurrentPrices,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<Model>> {
    const { limit, sort, cursor, organizationId, apiKeyId, deployable, ...named } = query;
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    const asker = await this.#askerOf(actor, { organizationId, apiKeyId });
    const offer = await this.#offer(asker);
    const filter = {
      ...withoutUndefined(named),
      ...(deployable === undefined ? {} : { providers: { oneOf: [...offer.providers], excluded: !deployable } }),
    };
    const rows = await this.repository.list(asker.tenant, filter, keyset);
    return toKeyedPage(rows, order, { present: (row) => present(row, offer), key: (row) => [idOf(row)] });
  }

  async read(actor: Actor, { params, query }: Read): Promise<Model> {
    const asker = await this.#askerOf(actor, query);
    const separator = params.modelId.indexOf(':');
    const provider = params.modelId.slice(0, separator);
    const name = params.modelId.slice(separator + 1);
    const row = orNotFound(await this.repository.find(asker.tenant, provider, name));
    return present(row, await this.#offer(asker));
  }

  async #askerOf(
    actor: Actor,
    named: { readonly organizationId?: string | undefined; readonly apiKeyId?: string | undefined },
  ): Promise<Asker> {
    const { organizationId, apiKeyId } = named;
    const tenant =
      organizationId === undefined
        ? actor.organizationId
        : orNotFound(await this.organizations.find(actor.organizationId, organizationId)).id;
    if (apiKeyId === undefined) return { tenant, allows: () => true };
    const key = orNotFound(await this.apiKeys.find(tenant, apiKeyId));
    return { tenant: key.organizationId, allows: compileAllowlist(key.modelAllowlist) };
  }

  async #offer({ tenant, allows }: Asker): Promise<Offer> {
    const [providers, deployments, snapshotId] = await Promise.all([
      this.repository.providersWithCredential(tenant),
      this.repository.enabledDeployments(tenant),
      this.repository.currentSnapshotId(tenant),
    ]);
    return { providers, deployments, pricesOf: await this.currentPrices.lookup(snapshotId, Date.now()), allows };
  }
}

const idOf = (row: Prisma.ModelModel): string => `${row.provider}:${row.name}`;

/**
 * Names under which a model can be called: those for its own name, then those for its aliases. A pattern deployment
 * serves whatever its upstream pattern matches; it is listed for the model's own name only.
 */
function deployedAs(row: Prisma.ModelModel, deployments: readonly ServingDeployment[]): string[] {
  const own = deployments.filter(({ providerCredential }) => providerCredential.provider === row.provider);
  const serving = own.filter(({ upstreamModel }) => compileAllowlist([upstreamModel])(row.name));
  const dated = own.filter(({ upstreamModel }) => row.aliases.includes(upstreamModel));
  return [...new Set([...serving.map((it) => callableName(it, row.name)), ...dated.map(({ model }) => model)])];
}

function callableName({ model, upstreamModel }: ServingDeployment, name: string): string {
  if (!model.includes('*') || !upstreamModel.includes('*')) return model;
  const [before = '', after = ''] = upstreamModel.split('*');
  return model.replace('*', () => name.slice(before.length, name.length - after.length));
}

function present(row: Prisma.ModelModel, offer: Offer): Model {
  return {
    id: idOf(row),
    provider: row.provider,
    name: row.name,
    displayName: row.displayName,
    contextWindow: row.contextWindow,
    maxOutputTokens: row.maxOutputTokens,
    inputModalities: row.inputModalities,
    outputModalities: row.outputModalities,
    features: row.features,
    knowledgeCutoff: row.knowledgeCutoff,
    aliases: row.aliases,
    deprecated: row.deprecated,
    deployable: offer.providers.has(row.provider),
    deployedAs: deployedAs(row, offer.deployments).filter((name) => offer.allows(name)),
    prices: offer.pricesOf(row.provider, row.name),
  };
}
