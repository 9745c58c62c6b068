import type { RouteRow, SnapshotPrices } from '@tollgate/database';
import type {
  Exclusion,
  FallbackCause,
  RouteDefinition,
  RouteTarget,
  RoutingConstraints,
  TargetCondition,
  TrafficShare,
} from '@tollgate/domain';
import { FALLBACK_CAUSES, ORDINARY_ROUTE } from '@tollgate/domain';
import { RouteMemory } from '@tollgate/routing';

import { unmet } from '../pipeline/routing/constraints.js';
import type { Candidate, LeftOut, Route, RouteContender } from '../pipeline/routing/route.js';
import type { Asked, RouteTable } from './route-table.js';

/** Targets that are meant for the request come before all that are meant for any. */
const BEHIND_CONDITIONS = 1_000_000_000;

/** Who asks, as far as routes depend on it. */
export interface RouteAsker {
  readonly organizationId: string;
  readonly prices: SnapshotPrices;
  readonly constraints: RoutingConstraints;
  /** A deployment without a price cannot be held for. */
  readonly hasMoneyScope: boolean;
  /** Names what is remembered of its traffic. */
  readonly apiKeyId: string;
}

/** What is remembered of the traffic of keys, beyond changes of the control plane. */
export class RouteMemories {
  private readonly known = new Map<string, RouteMemory>();

  of(key: string): RouteMemory {
    let memory = this.known.get(key);
    if (memory === undefined) {
      memory = new RouteMemory();
      // callers may invent names below a pattern
      if (this.known.size >= MAX_MEMORIES) this.known.clear();
      this.known.set(key, memory);
    }
    return memory;
  }
}

const MAX_MEMORIES = 16_384;

interface Aim {
  readonly candidate: Candidate;
  readonly target: RouteTarget;
  readonly tier: number;
  /** For which requests; `null`: for all. */
  readonly when: readonly TargetCondition[] | null;
}

/** Where a route leads beside its targets. */
interface OtherModels {
  readonly models: readonly string[];
  readonly constraints: RoutingConstraints;
}

/** Works out which deployments a name leads to for a key, and what becomes of each of them. */
export class RoutePlanner {
  private readonly routes = new Map<string, RouteRow>();

  constructor(
    rows: readonly RouteRow[],
    private readonly table: RouteTable,
    private readonly memories: RouteMemories,
  ) {
    for (const row of rows) this.routes.set(keyOf(row.organizationId, row.name), row);
  }

  /** Names of routes that an organization can call, as far as `allows` lets it. */
  routeNames(organizationId: string, allows: (name: string) => boolean): string[] {
    const visible = [...this.routes.values()].filter(
      (row) => row.organizationId === null || row.organizationId === organizationId,
    );
    return visible.map(({ name }) => name).filter(allows);
  }

  /** The route of a name, or `null` when nothing serves it at this surface. */
  plan(asker: RouteAsker, asked: Asked): Route | null {
    const row = this.routeOf(asker.organizationId, asked.model);
    const definition = row?.definition ?? { ...ORDINARY_ROUTE, targets: [{ model: asked.model }] };
    const aims = definition.targets.flatMap((target) => this.aimsOf(asker, asked, target));
    const { constraints } = definition;
    const to = (models: readonly string[]): Route | null => this.inOrder(asker, asked, { models, constraints });
    const beside = (share: TrafficShare | null): Route | null => {
      const route = share === null ? null : to([share.model]);
      return route === null || route.blocked !== null ? null : route;
    };
    const [canary, shadow] = [beside(definition.canary), beside(definition.shadow)];
    return routeFrom(asker, {
      model: asked.model,
      routeId: row?.id ?? null,
      hasTenantsTimes: row !== undefined && row.organizationId !== null && hasTimes(definition),
      definition,
      aims,
      memory: this.memories.of(`${asker.apiKeyId}\n${asked.dialect}\n${asked.model}`),
      fallbacks: fallbacksOf(definition, to),
      // every request of a budget would be refused for what a few of them might be sent to
      canary: asker.hasMoneyScope && canary?.candidates.some(({ priced }) => !priced) === true ? null : canary,
      shadow: row === undefined || row.organizationId === null ? shadow : ofOwnCredentials(shadow),
    });
  }

  /**
   * Deployments of the names, those of the first name first: the names are those of deployments, never of routes. The
   * constraints are those of the route that leads there.
   */
  inOrder(asker: RouteAsker, asked: Asked, { models, constraints }: OtherModels): Route | null {
    const definition: RouteDefinition = { ...ORDINARY_ROUTE, constraints, targets: models.map((model) => ({ model })) };
    const aims = definition.targets.flatMap((target, place) =>
      this.aimsOf(asker, asked, target).map((aim) => ({
        ...aim,
        tier: aim.tier + place * BEHIND_CONDITIONS,
      })),
    );
    const memory = this.memories.of(`${asker.apiKeyId}\n${asked.dialect}\n${models.join('\n')}`);
    const nothing = { fallbacks: {}, canary: null, shadow: null, hasTenantsTimes: false };
    return routeFrom(asker, { model: asked.model, routeId: null, definition, aims, memory, ...nothing });
  }

  private routeOf(organizationId: string, name: string): RouteRow | undefined {
    return this.routes.get(keyOf(organizationId, name)) ?? this.routes.get(keyOf(null, name));
  }

  private aimsOf({ organizationId, prices }: RouteAsker, { dialect }: Asked, target: RouteTarget): Aim[] {
    const { model, provider } = target;
    return this.table
      .serving(organizationId, prices, { model, dialect })
      .filter(({ candidate }) => provider === undefined || candidate.target.provider === provider)
      .map(({ candidate, tier }) => ({
        candidate,
        target,
        tier,
        when: target.when === undefined ? null : [target.when],
      }));
  }
}

type Given = 'model' | 'routeId' | 'definition' | 'hasTenantsTimes' | 'memory' | 'fallbacks' | 'canary' | 'shadow';

interface RouteDraft extends Pick<Route, Given> {
  readonly aims: readonly Aim[];
}

function routeFrom(asker: RouteAsker, { aims, ...draft }: RouteDraft): Route | null {
  const distinct = distinctOf(aims);
  const conditional = distinct.some(({ when }) => when !== null);
  // where somebody else would pay for the priced ones, admission refuses instead
  const firstPriced = distinct.find(({ candidate }) => candidate.priced);
  const wantsPrice = asker.hasMoneyScope && firstPriced !== undefined && payerOf(firstPriced) === payerOf(distinct[0]);
  const exclusionOf = ({ candidate }: Aim): Exclusion | null => {
    if (candidate.drained) return 'drained';
    const other = unmet(asker.constraints, candidate) ?? unmet(draft.definition.constraints, candidate);
    if (other !== null) return other;
    return wantsPrice && !candidate.priced ? 'unpriced' : null;
  };
  const leftOut: LeftOut[] = [];
  const contenders: RouteContender[] = [];
  distinct.forEach((aim, position) => {
    const exclusion = exclusionOf(aim);
    if (exclusion !== null) leftOut.push({ candidate: aim.candidate, exclusion });
    else contenders.push(contenderOf(aim, { position, behind: conditional && aim.when === null }));
  });
  contenders.sort((a, b) => a.tier - b.tier || a.position - b.position);
  const [first, ...rest] = (contenders.length > 0 ? contenders : leftOut).map(({ candidate }) => candidate);
  if (first === undefined) return null;
  const candidates = [first, ...rest] as const;
  return {
    ...draft,
    modelJson: JSON.stringify(draft.model),
    candidates,
    contenders,
    leftOut,
    blocked: contenders.length > 0 ? null : (leftOut[0]?.exclusion ?? null),
    conditional,
    dialect: candidates.every(({ dialect }) => dialect === first.dialect) ? first.dialect : null,
  };
}

/** What nobody reads and the operator pays for is not an organization's to ask for. */
function ofOwnCredentials(shadow: Route | null): Route | null {
  const contenders = shadow?.contenders.filter(({ candidate }) => candidate.target.credentialOwner === 'organization');
  const [first, ...rest] = (contenders ?? []).map(({ candidate }) => candidate);
  return shadow === null || contenders === undefined || first === undefined
    ? null
    : { ...shadow, contenders, candidates: [first, ...rest] };
}

const payerOf = (aim: Aim | undefined): string | undefined => aim?.candidate.target.credentialOwner;

/**
 * Of a deployment that several targets lead to, the first one counts; of those with a condition, any that holds. It may
 * stand twice: early where a condition holds, and late for all.
 */
function distinctOf(aims: readonly Aim[]): Aim[] {
  const distinct = new Map<string, Aim>();
  for (const aim of aims) {
    const key = `${aim.when === null ? 'all' : 'some'}\n${identityOf(aim.candidate)}`;
    const known = distinct.get(key);
    if (known === undefined) distinct.set(key, aim);
    else if (known.when !== null) distinct.set(key, { ...known, when: [...known.when, ...(aim.when ?? [])] });
  }
  return [...distinct.values()];
}

function contenderOf(
  { candidate, target, tier, when }: Aim,
  { position, behind }: { readonly position: number; readonly behind: boolean },
): RouteContender {
  return {
    candidate,
    health: candidate.health,
    tier: behind ? tier + BEHIND_CONDITIONS : tier,
    position,
    weight: target.weight ?? 1,
    prices: candidate.unitPrices,
    when,
  };
}

function fallbacksOf(
  { fallbacks }: RouteDefinition,
  to: (models: readonly string[]) => Route | null,
): Route['fallbacks'] {
  const routes: Partial<Record<FallbackCause, Route>> = {};
  for (const cause of FALLBACK_CAUSES) {
    const models = fallbacks[cause] ?? [];
    const route = models.length === 0 ? null : to(models);
    if (route !== null && route.blocked === null) routes[cause] = route;
  }
  return routes;
}

function hasTimes({ firstTokenTimeoutMs, totalTimeoutMs }: RouteDefinition): boolean {
  return firstTokenTimeoutMs !== null || totalTimeoutMs !== null;
}

const identityOf = ({ target }: Candidate): string => `${target.deploymentId}\n${target.upstreamModel}`;

/** No id has a line break in it. */
const keyOf = (organizationId: string | null, name: string): string => `${organizationId ?? ''}\n${name}`;
