import type { ErrorCode } from './errors.js';
import type { Outcome } from './outcomes.js';
import type { RouteDecision } from './routing.js';
import type { Usage, UsageSource } from './usage.js';

/** Who is charged and counted for a request. Copied from the key when the request was admitted. */
export interface Attribution {
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  /** The key's owner, if it has one. */
  readonly memberId: string | null;
  /** The caller's own user, by an id that the caller sent. */
  readonly endUser: string | null;
  readonly tags: readonly string[];
}

/** The deployment that serves a request, with what rating needs to know of it. */
export interface Target {
  readonly deploymentId: string;
  readonly provider: string;
  /** The wire format that the provider was spoken to in; absent in events from before it was kept. */
  readonly dialect?: string;
  /** The name under which the provider knows the model. */
  readonly upstreamModel: string;
  /** The catalogue's name for it, under which prices are looked up: `gpt-4o` for `gpt-4o-2024-08-06`. */
  readonly pricedModel: string;
  readonly region: string;
  /** `organization`: the organization brought its own credential, so that the provider costs us nothing. */
  readonly credentialOwner: 'operator' | 'organization';
  /** The sandbox: a simulated provider, outside every total of a real organization. */
  readonly simulated: boolean;
}

/**
 * Written to the journal at admission, before anything is sent to a provider: whatever happens to this process, it is
 * known that this request may have cost money.
 */
export interface Intent extends Attribution {
  readonly kind: 'intent';
  readonly requestId: string;
  /** Unix milliseconds at which the request was parsed; the same instant is inside the id. */
  readonly occurredAt: number;
  readonly gatewayId: string;
  readonly endpoint: string;
  readonly surface: string;
  readonly requestedModel: string;
  readonly stream: boolean;
  readonly target: Target;
  /** The published state of the prices that the gateway used, and that the worker must use. */
  readonly priceSnapshotId: string;
  /** Upper bound set aside at admission, in nanounits of USD; 0 when no money scope applied. */
  readonly holdNanos: number;
  /** Upper bound of input tokens: the estimate when the gateway dies before a usage is known. */
  readonly inputTokensBound: number;
}

/** One try of a request against one deployment. */
export interface AttemptRecord {
  readonly deploymentId: string;
  readonly provider: string;
  readonly upstreamModel: string;
  /** HTTP status of the upstream, or 0 when there was none. */
  readonly status: number;
  readonly errorCode: ErrorCode | null;
  /** Milliseconds after the request was parsed. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** What the provider bills for it as far as the gateway knows, decimal USD; null when nothing, or no price. */
  readonly cost: string | null;
}

/** Milliseconds since the request was parsed, `null` where it did not get so far. */
export interface Timings {
  readonly admittedMs: number;
  readonly dispatchedMs: number | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
}

/**
 * The immutable fact of one request: exactly one for each that was authenticated. Part 0 is the request itself; further
 * parts are what it cost beside: attempts that were wasted, hedges that lost, shadow copies. They are no requests of their
 * own and count as none. A correction is the next `revision`. The gateway writes it to its journal, the worker rates and books it.
 */
export interface UsageEvent extends Omit<Intent, 'kind' | 'target' | 'priceSnapshotId'> {
  readonly kind: 'event';
  readonly part: number;
  readonly revision: number;
  /** `null` when the request was refused before a route was known. */
  readonly target: Target | null;
  readonly priceSnapshotId: string | null;
  readonly outcome: Outcome;
  readonly errorCode: ErrorCode | null;
  /** HTTP status that the client was given, or 0 when the client had left. */
  readonly status: number;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  /** The model's name as the upstream answered it, if it did. */
  readonly servedModel: string | null;
  /** The service tier that was actually served; `'*'` when the upstream names none. */
  readonly serviceTier: string;
  /** Characters that were delivered to the client; the worker estimates from it when no usage is known. */
  readonly deliveredCharacters: number;
  /** Cost reported by the provider itself, decimal USD, kept beside ours. */
  readonly providerReportedCost: string | null;
  /** What the gateway itself captured, decimal USD; the worker's own figure must equal it. */
  readonly capturedCost: string | null;
  readonly attempts: readonly AttemptRecord[];
  /** How its deployment was chosen; null where there was nothing to choose from, or it never came to that. */
  readonly routing: RouteDecision | null;
  readonly timings: Timings;
}

export type JournalRecord = Intent | UsageEvent;
