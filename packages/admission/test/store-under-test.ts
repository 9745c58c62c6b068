import type {
  AdmissionRequest,
  AdmissionResult,
  AdmissionStore,
  ExpiredHold,
  Hold,
  MaybePromise,
  Refusal,
  ScopeHandle,
  ScopeKind,
  ScopeLimits,
} from '../src/index.js';

/** A fresh store with a clock that the suite moves. */
export interface StoreUnderTest {
  readonly store: AdmissionStore;
  /** Moves the store's own clock. */
  advance(ms: number): MaybePromise<void>;
  /** Every hold that the store has reported as expired. */
  readonly expired: readonly ExpiredHold[];
  close(): MaybePromise<void>;
}

export type CreateStore = (options: { readonly leaseMs: number }) => MaybePromise<StoreUnderTest>;

export const LEASE_MS = 30_000;

/** Sunday noon, the 22nd of November 2026, UTC. */
export const NOON = Date.UTC(2026, 10, 22, 12);

export const DOLLAR = 1_000_000_000;

export function scopeOf(store: AdmissionStore, kind: ScopeKind, id = '1'): ScopeHandle {
  return store.handleOf({ organizationId: 'org_1', kind, id }, 'UTC');
}

export function limitsOf(scope: ScopeHandle, limits: Partial<ScopeLimits>): ScopeLimits {
  return { requestsPerMinute: null, tokensPerMinute: null, concurrency: null, grantedNanos: null, ...limits, scope };
}

let requests = 0;

export function requestOf(scopes: readonly ScopeHandle[], parts: Partial<AdmissionRequest> = {}): AdmissionRequest {
  requests += 1;
  return { requestId: `req_${requests}`, scopes, tokensBound: 0, holdNanos: 0, occurredAt: NOON, ...parts };
}

export function holdOf(result: AdmissionResult): Hold {
  if (result.admitted) return result.hold;
  throw new Error(`refused by ${result.limit} of ${result.scope.kind}`);
}

export function refusalOf(result: AdmissionResult): Refusal {
  if (!result.admitted) return result;
  throw new Error('admitted, and should have been refused');
}
