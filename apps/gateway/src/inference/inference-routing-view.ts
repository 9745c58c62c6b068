import { rate } from '@tollgate/billing';
import { loadPrincipalOfKey, type PrincipalRow } from '@tollgate/database';
import { formatPicos } from '@tollgate/domain';
import type { HealthRegistry, TargetHealth } from '@tollgate/routing';
import type pg from 'pg';

import { type LiveHealth, type RouteQuestion, type RouteSimulation, RoutingView } from '../platform/routing-view.js';
import type { ControlPlane } from './control-plane/control-plane.js';
import type { Candidate } from './pipeline/routing/route.js';
import type { Router } from './pipeline/routing/router.js';

export interface RoutingViewParts {
  readonly pool: pg.Pool;
  readonly health: HealthRegistry;
  readonly router: Router;
  controlPlane(): ControlPlane;
}

/** Routing as it is in this process, for the management API: how deployments do, and where a request would go. */
export class InferenceRoutingView extends RoutingView {
  constructor(private readonly parts: RoutingViewParts) {
    super();
  }

  health(): readonly LiveHealth[] {
    const now = performance.now();
    const wallClock = Date.now() - now;
    const targets = this.parts.health.all().filter(({ isOfNote }) => isOfNote);
    return targets.map((target) => liveHealth(target, now, wallClock));
  }

  async simulate(question: RouteQuestion): Promise<RouteSimulation | null> {
    const row = await this.askerOf(question);
    if (row === null) return null;
    const principal = this.parts.controlPlane().principal(row);
    const route = principal?.routeOf(question.model, question.surface) ?? null;
    if (principal === null || route === null) return null;
    const { constraints, inputTokens, outputTokens, tags } = question;
    const asked = { constraints, inputTokens, outputTokens, tags: [...principal.tags, ...tags] };
    const decision = this.parts.router.simulate(route, asked);
    const candidates = [...route.candidates, ...route.leftOut.map(({ candidate }) => candidate)];
    return { decision, costs: new Map(candidates.flatMap((candidate) => costEntry(candidate, question))) };
  }

  private async askerOf({ organizationId, apiKeyId }: RouteQuestion): Promise<PrincipalRow | null> {
    if (apiKeyId === null) return { ...ANYBODY, organizationId };
    const row = await loadPrincipalOfKey(this.parts.pool, apiKeyId);
    return row?.organizationId === organizationId ? row : null;
  }
}

/** A key that may use everything. */
const ANYBODY: Omit<PrincipalRow, 'organizationId'> = {
  secretId: '',
  secretHash: '',
  apiKeyId: '',
  projectId: '',
  ownerId: null,
  name: '',
  modelAllowlist: ['*'],
  tags: [],
  ipRanges: [],
  unsupportedParameters: 'refuse',
  constraints: {},
  expiresAt: null,
};

function costEntry(
  candidate: Candidate,
  { inputTokens: input, outputTokens: output }: RouteQuestion,
): [string, string][] {
  const { sheet, target, priced } = candidate;
  if (!priced) return [];
  const { region, credentialOwner, simulated, deploymentId, upstreamModel } = target;
  const usage = { input, output };
  const circumstances = { region, credentialOwner, simulated, occurredAt: Date.now(), serviceTier: '*' };
  const { billedCost, unpriced } = rate(sheet, { usage, ...circumstances });
  return unpriced.length > 0 ? [] : [[`${deploymentId}\n${upstreamModel}`, formatPicos(billedCost)]];
}

/** @param wallClock Unix milliseconds at which the monotonic clock began. */
function liveHealth(target: TargetHealth, now: number, wallClock: number): LiveHealth {
  const until = target.benchedUntil(now);
  const { lastProbe } = target;
  return {
    deploymentId: target.deploymentId,
    upstreamModel: target.upstreamModel,
    circuit: target.circuit.state(now),
    benchedUntil: until === null ? null : Math.round(wallClock + until),
    credentialDead: target.credential.isDead,
    inFlight: target.inFlight,
    uptime: target.attempted ? target.uptime(now) : null,
    firstTokenMs: target.firstTokenMs,
    tokensPerSecond: target.tokensPerSecond,
    cacheShare: target.cacheShare,
    probe: lastProbe === null ? null : { at: Math.round(wallClock + lastProbe.at), ok: lastProbe.ok },
  };
}
