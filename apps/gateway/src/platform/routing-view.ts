import type { RouteDecision, RoutingConstraints } from '@tollgate/domain';
import type { ClientDialectId, ClientOperationId } from '@tollgate/providers';

/** How one upstream model of a deployment is doing in this process. Times are Unix milliseconds. */
export interface LiveHealth {
  readonly deploymentId: string;
  readonly upstreamModel: string;
  /** `half-open`: one attempt at a time may find out whether it is back. */
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** Until when nothing is sent there, because it asked for that or failed; null: it may be asked. */
  readonly benchedUntil: number | null;
  /** Its credential was refused with a 401 and has not been repaired since. */
  readonly credentialDead: boolean;
  readonly inFlight: number;
  /** Share of recent attempts that the provider did not fail, between 0 and 1; null: none yet. */
  readonly uptime: number | null;
  readonly firstTokenMs: number | null;
  readonly tokensPerSecond: number | null;
  readonly cacheShare: number;
  /** When a probe last asked the provider, and whether it could be reached and took the secret. */
  readonly probe: { readonly at: number; readonly ok: boolean } | null;
}

/** A request that nobody makes: only where it would go is asked. */
export interface RouteQuestion {
  readonly organizationId: string;
  /** Null: a key that may use everything and has no constraints. */
  readonly apiKeyId: string | null;
  readonly model: string;
  readonly surface: ClientDialectId | ClientOperationId;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tags: readonly string[];
  readonly constraints: RoutingConstraints;
}

export interface RouteSimulation {
  readonly decision: RouteDecision;
  /** What the request would cost, by deployment and upstream model joined by a line break: decimal USD. */
  readonly costs: ReadonlyMap<string, string>;
}

/**
 * What the inference half knows of routing, for the management API of the same process: neither imports the other.
 * A gateway without inference has none.
 */
export abstract class RoutingView {
  abstract health(): readonly LiveHealth[];
  /** `null`: the key may not use the model, or nothing serves it at that surface. */
  abstract simulate(question: RouteQuestion): Promise<RouteSimulation | null>;
}
