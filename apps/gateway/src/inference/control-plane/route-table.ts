import { type DeploymentRow, type ModelRow, openSecret, type SnapshotPrices } from '@tollgate/database';
import { isPriced } from '@tollgate/billing';
import {
  catalogueModelOf,
  type ClientDialectId,
  endpointFor,
  providerById,
  type ProviderDeclaration,
  type ProviderEndpoint,
  providerErrorReader,
  providerHeaders,
} from '@tollgate/providers';

import { type Candidate, type CandidatePaths, type Route, routeOf, type Upstream } from '../pipeline/routing/route.js';
import { requirePublicForm } from '../../platform/public-address/public-url.js';
import type { UpstreamPools } from '../upstream-pools.js';

/** What a deployment needs to be called, besides its row. */
export interface UpstreamSources {
  readonly pools: UpstreamPools;
  readonly masterKey: Buffer;
  /** Where the simulated provider listens in this process. */
  readonly sandboxBaseUrl: string;
  /** A deployment that cannot be used is left out; this says why. */
  onUnusable(deploymentId: string, reason: string): void;
}

interface Deployment {
  readonly row: DeploymentRow;
  readonly provider: ProviderDeclaration;
  readonly upstream: Upstream;
}

interface Match {
  readonly deployment: Deployment;
  readonly upstreamModel: string;
  readonly exact: boolean;
}

const MAX_ROUTES = 4_096;

/** What a client asked for: a model, in the words of a dialect. */
export interface Asked {
  readonly model: string;
  readonly dialect: ClientDialectId;
}

/** The deployments of the installation, made ready to be called, and the routes that follow from them. */
export class RouteTable {
  private readonly deployments: readonly Deployment[];
  private readonly models: ReadonlyMap<string, ModelRow>;
  private readonly candidates = new Map<string, readonly Candidate[]>();

  constructor(rows: readonly DeploymentRow[], models: readonly ModelRow[], sources: UpstreamSources) {
    this.deployments = rows.flatMap((row) => usable(row, sources));
    this.models = new Map(models.map((model) => [`${model.provider}\n${model.name}`, model]));
  }

  /**
   * The route of a model for an organization, or `null` when nothing serves it. Deployments that the organization
   * brought itself come before the operator's, then priority decides.
   */
  resolve(organizationId: string, prices: SnapshotPrices, asked: Asked): Route | null {
    const key = `${organizationId}\n${prices.snapshotId}\n${asked.dialect}\n${asked.model}`;
    let found = this.candidates.get(key);
    if (found === undefined) {
      found = this.findCandidates(organizationId, prices, asked);
      // callers may invent names below a pattern
      if (this.candidates.size >= MAX_ROUTES) this.candidates.clear();
      this.candidates.set(key, found);
    }
    const [first, ...rest] = found;
    return first === undefined ? null : routeOf(asked.model, [first, ...rest]);
  }

  /**
   * Names that an organization can call, as far as `allows` lets it: of patterns, those models that the catalogue knows
   * at the provider. A model that has a name of its own is not listed a second time under a pattern's.
   */
  modelNames(organizationId: string, allows: (model: string) => boolean): string[] {
    const names = new Set<string>();
    const named = new Set<string>();
    const usable = this.deployments.filter(
      ({ row }) => row.organizationId === null || row.organizationId === organizationId,
    );
    for (const { row } of usable) {
      if (row.model.includes('*') || !allows(row.model)) continue;
      names.add(row.model);
      named.add(`${row.credentialId}\n${row.upstreamModel}`);
    }
    for (const { row } of usable) {
      if (!row.model.includes('*')) continue;
      for (const { provider, name } of this.models.values()) {
        if (provider !== row.provider || named.has(`${row.credentialId}\n${name}`)) continue;
        const publicName = publicNameOf(row, name);
        if (publicName !== null && allows(publicName)) names.add(publicName);
      }
    }
    return [...names].sort();
  }

  modelFacts(candidate: Candidate): ModelRow | null {
    return this.models.get(`${candidate.target.provider}\n${candidate.target.pricedModel}`) ?? null;
  }

  private findCandidates(
    organizationId: string,
    prices: SnapshotPrices,
    { model, dialect }: Asked,
  ): readonly Candidate[] {
    const matches: Match[] = [];
    const visible = this.deployments.filter(
      ({ row }) => row.organizationId === null || row.organizationId === organizationId,
    );
    for (const deployment of visible) {
      const upstreamModel = upstreamModelOf(deployment.row, model);
      if (upstreamModel !== null) matches.push({ deployment, upstreamModel, exact: deployment.row.model === model });
    }
    if (matches.length === 0)
      matches.push(...visible.filter((each) => servesVersion(each, model)).map(asVersion(model)));
    // a deployment of exactly this name is more meant than a pattern that happens to match it
    const meant = matches.some((match) => match.exact) ? matches.filter((match) => match.exact) : matches;
    meant.sort(
      (a, b) =>
        Number(a.deployment.row.organizationId === null) - Number(b.deployment.row.organizationId === null) ||
        a.deployment.row.priority - b.deployment.row.priority,
    );
    return meant.flatMap((match) => this.candidate(match, dialect, prices) ?? []);
  }

  /** `null` where the model does not answer clients of the dialect. */
  private candidate(match: Match, asked: ClientDialectId, prices: SnapshotPrices): Candidate | null {
    const { upstreamModel } = match;
    const { row, provider, upstream } = match.deployment;
    const pricedModel = catalogueModelOf(provider.id, upstreamModel) ?? upstreamModel;
    const sheet = prices.sheet(provider.id, pricedModel);
    const facts = this.models.get(`${provider.id}\n${pricedModel}`);
    const endpoint = endpointFor(provider, { name: upstreamModel, features: facts?.features ?? [] }, asked);
    if (endpoint === null) return null;
    const { dialect } = endpoint;
    const target = {
      deploymentId: row.id,
      provider: provider.id,
      dialect,
      upstreamModel,
      pricedModel,
      region: row.region,
      credentialOwner: row.credentialOwner,
      simulated: provider.simulated,
    };
    return {
      dialect,
      paths: pathsOf(upstream, { provider, endpoint, upstreamModel }),
      rewrite: endpoint.rewrite?.(upstreamModel) ?? null,
      readError: providerErrorReader(provider, dialect),
      credentialId: row.credentialId,
      provider,
      target,
      targetJson: JSON.stringify(target),
      upstream,
      sheet,
      priced: provider.simulated || isPriced(sheet),
      maxOutputTokens: facts?.maxOutputTokens ?? null,
      contextWindow: facts?.contextWindow ?? null,
      targetModel: provider.targetModel(upstreamModel, facts?.maxOutputTokens ?? null, dialect),
      answerHeaders: [
        'x-tollgate-provider',
        provider.id,
        'x-tollgate-model',
        encodeURI(upstreamModel.toWellFormed()),
        ...(provider.simulated ? ['x-tollgate-simulated', 'true'] : []),
      ],
    };
  }
}

function pathsOf(
  { basePath, query }: Upstream,
  at: { readonly provider: ProviderDeclaration; readonly endpoint: ProviderEndpoint; readonly upstreamModel: string },
): CandidatePaths {
  const { provider, endpoint, upstreamModel } = at;
  const below = (base: string, path: string): string =>
    base + (path.includes('?') ? path + query.replace('?', '&') : path + query);
  const whole = (stream: boolean): string =>
    below(endpoint.belowOrigin ? '' : basePath, endpoint.path({ upstreamModel, stream, basePath }));
  const counts = endpoint.dialect === provider.endpoints[0].dialect ? provider.countTokensPath : undefined;
  return {
    whole: whole(false),
    streamed: whole(true),
    countTokens: counts === undefined ? null : below(basePath, counts(upstreamModel)),
  };
}

/**
 * Whether the name is a version of the deployment's model (`gpt-4o-2024-08-06` of `gpt-4o`): the same credential serves
 * it under its own name. Only where the deployment has not given the model another name.
 */
function servesVersion({ row, provider }: Deployment, model: string): boolean {
  return row.model === row.upstreamModel && catalogueModelOf(provider.id, model) === row.upstreamModel;
}

const asVersion =
  (model: string) =>
  (deployment: Deployment): Match => ({ deployment, upstreamModel: model, exact: false });

/** The name under which a pattern offers a model of its provider, or `null` when the pattern does not cover it. */
function publicNameOf(row: DeploymentRow, upstreamModel: string): string | null {
  const matched = matchPattern(row.upstreamModel, upstreamModel);
  return matched === null ? null : row.model.replace('*', () => matched);
}

/** The provider's own name for a client's model at this deployment, or `null` when the deployment does not serve it. */
function upstreamModelOf(row: DeploymentRow, model: string): string | null {
  if (!row.model.includes('*')) return row.model === model ? row.upstreamModel : null;
  const matched = matchPattern(row.model, model);
  return matched === null ? null : row.upstreamModel.replace('*', () => matched);
}

/** What the one `*` of the pattern stands for in the text, or `null` when the text does not match. */
function matchPattern(pattern: string, text: string): string | null {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text ? '' : null;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  if (text.length <= before.length + after.length || !text.startsWith(before) || !text.endsWith(after)) return null;
  return text.slice(before.length, text.length - after.length);
}

function usable(row: DeploymentRow, sources: UpstreamSources): Deployment[] {
  const provider = providerById(row.provider);
  if (provider === undefined) {
    sources.onUnusable(row.id, `this version has no provider ${row.provider}`);
    return [];
  }
  try {
    return [{ row, provider, upstream: upstreamOf(row, provider, sources) }];
  } catch (error) {
    // whatever is wrong with one row, the others must go on being served, and revocations must go on arriving
    sources.onUnusable(row.id, error instanceof Error ? error.message : String(error));
    return [];
  }
}

function upstreamOf(row: DeploymentRow, provider: ProviderDeclaration, sources: UpstreamSources): Upstream {
  const baseUrl = provider.simulated ? sources.sandboxBaseUrl : (row.baseUrl ?? provider.defaultBaseUrl);
  if (baseUrl === null) throw new Error('the credential has no base URL');
  const url = new URL(baseUrl);
  const publicOnly = row.credentialOwner === 'organization';
  if (publicOnly) requirePublicForm(baseUrl);
  const secret = row.ciphertext === null ? null : openSecret(sources.masterKey, row.ciphertext, row.credentialId);
  return {
    dispatcher: sources.pools.poolFor({ origin: url.origin, publicOnly, http2: provider.http2 === true }),
    origin: url.origin,
    authorizer: null,
    basePath: url.pathname.replace(/\/+$/, ''),
    query: url.search,
    headers: [
      'content-type',
      'application/json',
      'accept-encoding',
      'identity',
      ...Object.entries(providerHeaders(provider, secret)).flat(),
    ],
  };
}
