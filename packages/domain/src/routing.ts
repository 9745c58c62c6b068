/** How the deployment that serves a request is chosen among those that could. */
export const STRATEGIES = ['balanced', 'priority', 'weighted', 'lowest-cost', 'lowest-latency', 'least-busy'] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** Why the models of a route are left for those of one of its fallback lists. */
export const FALLBACK_CAUSES = ['overload', 'context-length', 'content-filter', 'budget'] as const;

export type FallbackCause = (typeof FALLBACK_CAUSES)[number];

export const MODALITIES = ['text', 'image', 'audio', 'video', 'file'] as const;

export type Modality = (typeof MODALITIES)[number];

/**
 * What a deployment must be to serve a request: by key, by route, by request. Whatever is given holds, and those of
 * several places hold together.
 */
export interface RoutingConstraints {
  /** Provider ids; others are left out. */
  readonly providers?: readonly string[];
  /** Regions of deployments. A deployment of no region (`*`) is in none of them. */
  readonly regions?: readonly string[];
  /** Only what is reached at a private address, or is of the region `local`: nothing leaves the house. */
  readonly residency?: 'local-only';
  /** What the model must take. */
  readonly inputModalities?: readonly Modality[];
  readonly outputModalities?: readonly Modality[];
  /** Tokens of context window; a model whose window is not known does not meet it. */
  readonly minContext?: number;
  /** USD per million tokens as decimals; a model without a price does not meet it. */
  readonly maxPrice?: { readonly input?: string; readonly output?: string };
}

/** For which requests a target is meant. All that is given must hold. */
export interface TargetCondition {
  /** Estimated tokens of the request's input. */
  readonly minInputTokens?: number;
  readonly maxInputTokens?: number;
  /** The request carries one of these tags, from its key, its metadata or `x-tollgate-tags`. */
  readonly tags?: readonly string[];
}

/** Deployments that a route leads to: all that serve the model, or those of them at one provider. */
export interface RouteTarget {
  /** The name under which deployments serve it; never another route's. */
  readonly model: string;
  readonly provider?: string;
  /** Whole and above 0; 1 when absent. */
  readonly weight?: number;
  /** Absent: for every request. Of the targets that are meant for a request, those with a condition come first. */
  readonly when?: TargetCondition;
}

/** So many of a hundred requests, to or beside what the route would choose. */
export interface TrafficShare {
  readonly model: string;
  readonly percent: number;
}

/** What a name of a route means. */
export interface RouteDefinition {
  readonly strategy: Strategy;
  readonly targets: readonly RouteTarget[];
  readonly constraints: RoutingConstraints;
  /** Models that are asked in this order when the targets fail for the cause. */
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, readonly string[]>>>;
  /** Whether a conversation stays where its prompt cache is, as long as that is worth more than another deployment. */
  readonly sticky: boolean;
  /** Answered by this model instead. */
  readonly canary: TrafficShare | null;
  /** Asked as well, at our cost; its answers are thrown away. */
  readonly shadow: TrafficShare | null;
  /** A second deployment is asked when the first has not begun to answer after so long; null: never. */
  readonly hedgeAfterMs: number | null;
  /** Null: the gateway's own. */
  readonly firstTokenTimeoutMs: number | null;
  readonly totalTimeoutMs: number | null;
}

/** What a name means where nothing else is said of it. */
export const ORDINARY_ROUTE: Omit<RouteDefinition, 'targets'> = {
  strategy: 'balanced',
  constraints: {},
  fallbacks: {},
  sticky: true,
  canary: null,
  shadow: null,
  hedgeAfterMs: null,
  firstTokenTimeoutMs: null,
  totalTimeoutMs: null,
};

/** Why a deployment could not be chosen. */
export const EXCLUSIONS = [
  'drained',
  'credential-dead',
  'benched',
  'circuit-open',
  'provider',
  'region',
  'residency',
  'modality',
  'context',
  'price',
  'unpriced',
  'condition',
  'not-expressible',
] as const;

export type Exclusion = (typeof EXCLUSIONS)[number];

/** Why the first deployment that was asked was the one. */
export const DECISION_REASONS = [
  /** Nothing else could be asked. */
  'only',
  /** The best by the strategy. */
  'best',
  /** It was the best, and no other is better by enough to change. */
  'kept',
  /** Its prompt cache of this conversation is worth more than another deployment. */
  'sticky',
  /** One of a hundred requests goes elsewhere, so that what is known of other deployments does not grow old. */
  'explored',
  /** Drawn by weight. */
  'weighted',
  /** Within the share of the canary. */
  'canary',
  /** A budget wanted a cheaper model. */
  'downgraded',
  /** All are out of service: the one that is back soonest. */
  'last-resort',
] as const;

export type DecisionReason = (typeof DECISION_REASONS)[number];

/** One deployment as it looked when a request was routed. Figures are for comparing, never for billing. */
export interface DecisionCandidate {
  readonly deploymentId: string;
  readonly provider: string;
  readonly upstreamModel: string;
  readonly region: string;
  /** By the strategy, lower is better; null where it does not tell by a score, or the deployment was left out. */
  readonly score: number | null;
  /** USD that a request like the recent ones of this key costs here; null: no price. */
  readonly price: number | null;
  /** Share of attempts that the provider did not fail, between 0 and 1. */
  readonly uptime: number;
  readonly firstTokenMs: number | null;
  readonly tokensPerSecond: number | null;
  /** Share of input tokens that came from the provider's prompt cache, between 0 and 1. */
  readonly cacheShare: number;
  readonly inFlight: number;
  readonly excluded: Exclusion | null;
}

/** How a request found its deployment: kept with its usage event. */
export interface RouteDecision {
  /** Id of the route; null: a model's own name, without a route. */
  readonly routeId: string | null;
  readonly strategy: Strategy;
  readonly reason: DecisionReason;
  /** In the order in which they are asked; those that were left out come last. */
  readonly candidates: readonly DecisionCandidate[];
}
