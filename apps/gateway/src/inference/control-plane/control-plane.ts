import type { ScopeHandle } from '@tollgate/admission';
import type { ControlPlaneRows, OrganizationRow, PrincipalRow, SnapshotPrices } from '@tollgate/database';
import { compileAllowlist } from '@tollgate/domain';
import type { ClientDialectId, ClientOperationId } from '@tollgate/providers';

import { AddressRanges } from '../../platform/client-address/address-ranges.js';
import type { Route } from '../pipeline/routing/route.js';
import type { AdmissionScopes } from './admission-scopes.js';
import type { Principal } from './principal.js';
import type { UpstreamSources } from './deployments.js';
import { type RouteAsker, type RouteMemories, RoutePlanner } from './route-planner.js';
import { RouteTable } from './route-table.js';

/** What applies to every request of an organization. */
export interface OrganizationPolicy {
  readonly id: string;
  readonly timeZone: string;
  readonly simulated: boolean;
  /** The published prices that requests admitted now are held, captured and rated with. */
  readonly priceSnapshotId: string;
  readonly prices: SnapshotPrices;
}

export interface ControlPlaneParts {
  readonly rows: ControlPlaneRows;
  /** By snapshot id; every organization's snapshot is in it. */
  readonly prices: ReadonlyMap<string, SnapshotPrices>;
  readonly upstreams: UpstreamSources;
  readonly scopes: AdmissionScopes;
  readonly memories: RouteMemories;
}

/** One of each kind of what clients may call. */
const SURFACES = [
  'openai-chat',
  'openai-completions',
  'openai-embeddings',
  'rerank-v1',
  'openai-images',
  'openai-image-edits',
  'openai-speech',
  'openai-transcription',
  'openai-moderations',
] as const satisfies readonly (ClientDialectId | ClientOperationId)[];

const MAX_ROUTES_PER_KEY = 256;

/** Everything that requests are decided by, as of one version: immutable, replaced as a whole when something changes. */
export class ControlPlane {
  readonly version: bigint;
  readonly routes: RouteTable;
  private readonly planner: RoutePlanner;
  private readonly organizations = new Map<string, OrganizationPolicy>();

  constructor(private readonly parts: ControlPlaneParts) {
    this.version = parts.rows.version;
    this.routes = new RouteTable(parts.rows.deployments, parts.rows.models, parts.upstreams);
    this.planner = new RoutePlanner(parts.rows.routes, this.routes, parts.memories);
    for (const row of parts.rows.organizations) {
      const policy = policyOf(row, parts.prices);
      if (policy !== null) this.organizations.set(row.id, policy);
    }
  }

  /** The principal of a key, or `null` when its organization cannot be served (it has no published prices). */
  principal(row: PrincipalRow): Principal | null {
    const organization = this.organizations.get(row.organizationId);
    if (organization === undefined) return null;
    const { scopes, hasMoneyScope } = this.parts.scopes.scopesOf(row);
    const allows = compileAllowlist(row.modelAllowlist);
    const asker: RouteAsker = {
      organizationId: organization.id,
      prices: organization.prices,
      constraints: row.constraints,
      hasMoneyScope,
      apiKeyId: row.apiKeyId,
    };
    const routeOf = this.routeLookup(asker, allows);
    return {
      secretId: row.secretId,
      apiKeyId: row.apiKeyId,
      apiKeyName: row.name,
      organizationId: row.organizationId,
      projectId: row.projectId,
      memberId: row.ownerId,
      tags: row.tags,
      tagsJson: JSON.stringify(row.tags),
      modelAllowlist: row.modelAllowlist,
      addresses: row.ipRanges.length === 0 ? null : new AddressRanges(row.ipRanges),
      unsupportedParameters: row.unsupportedParameters,
      expiresAt: row.expiresAt,
      organization,
      scopes,
      hasMoneyScope,
      attributionJson: attributionJson(row),
      routeOf,
      routeInOrder: (models, dialect, constraints) =>
        models.every(allows)
          ? this.planner.inOrder(asker, { model: models[0] ?? '', dialect }, { models, constraints })
          : null,
      anyRouteOf: (model) => firstRoute(SURFACES, (dialect) => routeOf(model, dialect)),
      refusals: { minute: 0, count: 0 },
    };
  }

  /** The scope that an organization's own money counts in, or `null` when there is no such organization. */
  organizationScope(organizationId: string): ScopeHandle | null {
    return this.parts.scopes.organizationOf(organizationId);
  }

  /** Names of the models that a key may use. */
  modelNames(principal: Principal): string[] {
    const allows = compileAllowlist(principal.modelAllowlist);
    const { organizationId } = principal;
    const names = new Set([
      ...this.routes.modelNames(organizationId, allows),
      ...this.planner.routeNames(organizationId, allows),
    ]);
    return [...names].sort();
  }

  private routeLookup(asker: RouteAsker, allows: (model: string) => boolean): Principal['routeOf'] {
    const knownByDialect = new Map<string, Map<string, Route | null>>();
    return (model, dialect) => {
      let known = knownByDialect.get(dialect);
      if (known === undefined) {
        known = new Map<string, Route | null>();
        knownByDialect.set(dialect, known);
      }
      let route = known.get(model);
      if (route === undefined) {
        route = allows(model) ? this.planner.plan(asker, { model, dialect }) : null;
        if (known.size >= MAX_ROUTES_PER_KEY) known.clear();
        known.set(model, route);
      }
      return route;
    };
  }
}

function firstRoute<Asked>(list: readonly Asked[], routeOf: (asked: Asked) => Route | null): Route | null {
  for (const asked of list) {
    const route = routeOf(asked);
    if (route !== null) return route;
  }
  return null;
}

function policyOf(row: OrganizationRow, prices: ReadonlyMap<string, SnapshotPrices>): OrganizationPolicy | null {
  const snapshot = row.priceSnapshotId === null ? undefined : prices.get(row.priceSnapshotId);
  if (snapshot === undefined) return null;
  return {
    id: row.id,
    timeZone: row.timeZone,
    simulated: row.simulated,
    priceSnapshotId: snapshot.snapshotId,
    prices: snapshot,
  };
}

function attributionJson(row: PrincipalRow): string {
  return (
    `"organizationId":${JSON.stringify(row.organizationId)},"projectId":${JSON.stringify(row.projectId)}` +
    `,"apiKeyId":${JSON.stringify(row.apiKeyId)},"memberId":${JSON.stringify(row.ownerId)}`
  );
}
