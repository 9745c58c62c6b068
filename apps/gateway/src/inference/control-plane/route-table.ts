import type { DeploymentRow, ModelRow, SnapshotPrices } from '@tollgate/database';
import { catalogueModelOf, type ClientDialectId, type ClientOperationId } from '@tollgate/providers';

import type { Candidate } from '../pipeline/routing/route.js';
import { candidateOf } from './candidates.js';
import { type Deployment, type UpstreamSources, usableDeployment } from './deployments.js';

interface Match {
  readonly deployment: Deployment;
  readonly upstreamModel: string;
  readonly exact: boolean;
}

/** A deployment that serves a model, and how early it is asked: the lowest tier first. */
export interface Serving {
  readonly candidate: Candidate;
  readonly tier: number;
}

const MAX_ROUTES = 4_096;
/** Above every priority that the management API takes. */
const OPERATORS_TIER = 10_000_000;

function tierOf({ organizationId, priority }: DeploymentRow): number {
  return organizationId === null ? OPERATORS_TIER + priority : priority;
}

/** What a client asked for: a model, in the words of a dialect. */
export interface Asked {
  readonly model: string;
  readonly dialect: ClientDialectId | ClientOperationId;
}

/** The deployments of the installation, made ready to be called, and which of them serve which model. */
export class RouteTable {
  readonly deployments: readonly Deployment[];
  private readonly models: ReadonlyMap<string, ModelRow>;
  private readonly found = new Map<string, readonly Serving[]>();

  constructor(rows: readonly DeploymentRow[], models: readonly ModelRow[], sources: UpstreamSources) {
    this.deployments = rows.flatMap((row) => usableDeployment(row, sources));
    this.models = new Map(models.map((model) => [`${model.provider}\n${model.name}`, model]));
  }

  /**
   * The deployments that serve a model for an organization, in tiers: those that it brought itself come before the
   * operator's, then priority decides.
   */
  serving(organizationId: string, prices: SnapshotPrices, asked: Asked): readonly Serving[] {
    const key = `${organizationId}\n${prices.snapshotId}\n${asked.dialect}\n${asked.model}`;
    let found = this.found.get(key);
    if (found === undefined) {
      found = this.find(organizationId, prices, asked);
      // callers may invent names below a pattern
      if (this.found.size >= MAX_ROUTES) this.found.clear();
      this.found.set(key, found);
    }
    return found;
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

  private find(organizationId: string, prices: SnapshotPrices, { model, dialect }: Asked): readonly Serving[] {
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
    const factsOf = (provider: string, name: string): ModelRow | undefined => this.models.get(`${provider}\n${name}`);
    const serving = meant.flatMap((match) => {
      const candidate = candidateOf({ ...match, asked: dialect, prices, factsOf });
      return candidate === null ? [] : [{ candidate, tier: tierOf(match.deployment.row) }];
    });
    return serving.sort((a, b) => a.tier - b.tier);
  }
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
