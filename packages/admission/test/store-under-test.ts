import type {
  AdmissionRequest,
  AdmissionResult,
  AdmissionStore,
  Downgrade,
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
  const none = { requestsPerMinute: null, tokensPerMinute: null, concurrency: null, grantedNanos: null, ladder: [] };
  return { ...none, ...limits, scope };
}

let requests = 0;

export function requestOf(scopes: readonly ScopeHandle[], parts: Partial<AdmissionRequest> = {}): AdmissionRequest {
  requests += 1;
  const defaults = { tokensBound: 0, holdNanos: 0, occurredAt: NOON, mayDowngrade: false };
  return { requestId: `req_${requests}`, scopes, ...defaults, ...parts };
}

export function holdOf(result: AdmissionResult | Downgrade): Hold {
  if (result.admitted) return result.hold;
  if (result.downgrade) throw new Error(`${result.scope.kind} wants a cheaper model`);
  throw new Error(`refused by ${result.limit} of ${result.scope.kind}`);
}

export function refusalOf(result: AdmissionResult | Downgrade): Refusal {
  if (!result.admitted && !result.downgrade) return result;
  throw new Error('not refused, and should have been');
}
