import type { LadderRung } from '@tollgate/domain';

/**
 * The in-process store answers at once, so that the hot path pays no microtask; a store beyond the process answers
 * with promises. `await` serves both.
 */
export type MaybePromise<T> = T | Promise<T>;

export type ScopeKind = 'api_key' | 'project' | 'organization' | 'member' | 'end_user' | 'tag';

/** Something that requests and money are counted for. An end user's id and a tag are unique in their organization only. */
export interface Scope {
  readonly organizationId: string;
  readonly kind: ScopeKind;
  readonly id: string;
}

/**
 * A scope as one store knows it, looked up once and kept by the caller: admission then builds no strings. It stays
 * good for as long as its store, also when the store has forgotten an idle scope in between.
 */
export interface ScopeHandle {
  readonly scope: Scope;
}

/** The ceilings of one scope; `null` is no ceiling. */
export interface ScopeLimits {
  readonly scope: ScopeHandle;
  /** Token bucket: so many at once, refilled over 60 seconds. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Requests in flight. */
  readonly concurrency: number | null;
  /** Money per calendar month in the organization's time zone, whole nanounits of US dollars. */
  readonly grantedNanos: number | null;
  /** What happens on the way to the end of the budget; by percent, the lowest first. */
  readonly ladder: readonly LadderRung[];
}

/** Every limit there is. A scope that is not listed has none. */
export interface LimitsConfiguration {
  /** Grows with every change; an older configuration than the store's is ignored. */
  readonly version: number;
  readonly limits: readonly ScopeLimits[];
}

/** An accounting period of the books: a calendar month by the time zone that the organization had when it began. */
export interface PeriodSeed {
  readonly organizationId: string;
  /** IANA zone that the organization has now: later months follow it. */
  readonly timeZone: string;
  /** Unix milliseconds, half-open. */
  readonly startsAt: number;
  readonly endsAt: number;
}

export interface SpentSeed {
  readonly scope: ScopeHandle;
  /** Unix milliseconds of any instant of the calendar month that the money was spent in. */
  readonly occurredAt: number;
  readonly nanos: number;
}

/** A part of what an organization has that is gone at an instant. */
export interface FundingExpiry {
  /** Unix milliseconds: what is parsed at or after it cannot be paid from it. */
  readonly at: number;
  readonly nanos: number;
}

/** What a prepaid organization may spend, ever: what it has and what was captured, as the books say in one moment. */
export interface Funding {
  /** The organization's own scope. */
  readonly scope: ScopeHandle;
  /** Whole nanounits; below zero where it owes more than it ever had. What expires later is in it. */
  readonly fundedNanos: number;
  /** The soonest first. */
  readonly expiries: readonly FundingExpiry[];
}

/** Every balance that bounds. An organization that is not listed is bounded by none. */
export interface FundingConfiguration {
  /** Grows with every reading of the books; an older one than the store's is ignored. */
  readonly version: number;
  readonly fundings: readonly Funding[];
}

export interface CapturedSeed {
  readonly scope: ScopeHandle;
  /** Captured before this store began, in all months. */
  readonly nanos: number;
}

export interface AdmissionRequest {
  /** Names the hold in reports; one request is admitted once. */
  readonly requestId: string;
  /** All scopes that the request counts in, of one organization; one that is given twice counts once. */
  readonly scopes: readonly ScopeHandle[];
  /** Upper bound of input and output tokens; corrected when the hold is settled. */
  readonly tokensBound: number;
  /** Upper bound of the bill, whole nanounits of US dollars; 0 when the request costs nothing. */
  readonly holdNanos: number;
  /** Unix milliseconds at which the request was parsed: it decides in which month its money counts. */
  readonly occurredAt: number;
  /** Whether a rung that wants a cheaper model is answered so, instead of being passed over: once per request. */
  readonly mayDowngrade: boolean;
}

/** Money set aside for one request, and its place among the requests in flight. Settled once: captured or voided. */
export interface Hold {
  readonly requestId: string;
  /** What is set aside now, nanounits. */
  readonly nanos: number;
}

/** A bucket after the request was counted: of the scope that has the least left in proportion. */
export interface RateLevel {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the bucket is full again. */
  readonly resetMs: number;
}

/** What `x-ratelimit-*` headers say. */
export interface RateLevels {
  readonly requests: RateLevel | null;
  readonly tokens: RateLevel | null;
}

export interface Admitted {
  readonly admitted: true;
  readonly hold: Hold;
  /** `null` where no scope has a limit per minute. */
  readonly rates: RateLevels | null;
}

/** Nothing was counted: a budget's ladder wants a cheaper model. */
export interface Downgrade {
  readonly admitted: false;
  readonly downgrade: true;
  readonly scope: Scope;
}

/**
 * `balance`: what a prepaid organization has does not cover the request. `throttle`: a budget's ladder allows so many
 * requests per minute only.
 */
export type LimitName = 'budget' | 'balance' | 'requests' | 'tokens' | 'concurrency' | 'throttle';

/** Which limit of which scope refused. Quantities are nanounits, requests or tokens, by the limit. */
export interface Refusal {
  readonly admitted: false;
  readonly downgrade: false;
  readonly scope: Scope;
  readonly limit: LimitName;
  readonly limitValue: number;
  /** Money captured in the period, of a balance ever; what a rate has used up. */
  readonly spent: number;
  /** Money set aside by requests in flight; requests in flight. */
  readonly held: number;
  /** What is left; below zero after an overrun or a lowered budget. */
  readonly available: number;
  /** Unix milliseconds at which the budget's month ends or the bucket is full again. */
  readonly resetsAt: number | null;
  /** After which the same request may pass; `null` where waiting does not help before `resetsAt`. */
  readonly retryAfterMs: number | null;
  readonly rates: RateLevels | null;
}

export type AdmissionResult = Admitted | Refusal;

/** What a request really took. */
export interface Capture {
  /** Nanounits, rounded up. More than the hold is an overrun: it counts all the same. */
  readonly nanos: number;
  readonly tokens: number;
}

/** Of a prepaid organization: money of all months. */
export interface BalanceState {
  readonly fundedNanos: number;
  readonly spentNanos: number;
  readonly heldNanos: number;
  /** Below zero after an overrun, or when credit expired or was taken back. */
  readonly availableNanos: number;
}

/** The limits and counters of one scope at one instant. */
export interface ScopeState {
  readonly scope: Scope;
  readonly requestsPerMinute: number | null;
  readonly requestsAvailable: number | null;
  readonly tokensPerMinute: number | null;
  /** Below zero when requests took more tokens than their bound. */
  readonly tokensAvailable: number | null;
  readonly concurrency: number | null;
  readonly inFlight: number;
  readonly grantedNanos: number | null;
  readonly spentNanos: number;
  readonly heldNanos: number;
  /** `null` without a budget; below zero after an overrun or a lowered budget. */
  readonly availableNanos: number | null;
  /** `null` where no balance bounds. */
  readonly balance: BalanceState | null;
  /** Bounds of the calendar month that spent and held stand for, Unix milliseconds. */
  readonly startsAt: number;
  readonly resetsAt: number;
}

/** A hold whose lease ran out before it was settled: what its request cost is to be reviewed. */
export interface ExpiredHold {
  readonly requestId: string;
  readonly scopes: readonly Scope[];
  readonly nanos: number;
  readonly occurredAt: number;
}

/**
 * Admits requests against limits and settles what they took. Per scope and calendar month it keeps three numbers:
 * `granted` (from the configuration only), `spent` (only grows, by captures) and `held` (the sum of live holds).
 * Spent and held are counted for every scope, with a budget or without: a budget may be set in mid-month.
 *
 * A prepaid organization has a ceiling without a period beside them: `funded` (from the books only), and what was
 * captured and is held in all months together. These two are counted for whoever has no balance too.
 *
 * Quantities are whole numbers from 0 up to 2⁵³ (`funded` may be below zero); others throw `RangeError`.
 */
export interface AdmissionStore {
  /**
   * @param timeZone IANA zone of the organization; another one than before takes effect with the next month, which
   * begins where the current one ends.
   */
  handleOf(scope: Scope, timeZone: string): ScopeHandle;

  /** Replaces all limits at once. Counters stay: a raised limit helps at once, a lowered one does not forget. */
  configure(configuration: LimitsConfiguration): MaybePromise<void>;

  /**
   * Replaces the balances of all prepaid organizations at once. Counters stay: what was captured meanwhile still counts
   * against what was read, whose `funded` rises by as much when the books have it.
   */
  fund(configuration: FundingConfiguration): MaybePromise<void>;

  /**
   * Takes over the bounds that the books have fixed, at start, before any money is seeded or a request admitted: after a
   * change of the time zone they are not to be had from the calendar. Those of one organization come in their order;
   * months in which something was counted already stay as they are, so that seeding the same twice changes nothing.
   */
  seedPeriods(seeds: readonly PeriodSeed[]): MaybePromise<void>;

  /**
   * Makes spent at least so much, for what was captured before this store began: at start, before the first request,
   * and for a scope that gets its first budget. Seeding the same twice changes nothing.
   */
  seedSpent(seeds: readonly SpentSeed[]): MaybePromise<void>;

  /** The same for what was captured in all months, which balances are compared with: at start. */
  seedCaptured(seeds: readonly CapturedSeed[]): MaybePromise<void>;

  /**
   * One atomic step: every limit of every scope lets the request pass, or nothing is counted. A request whose token
   * bound is above the whole bucket passes when the bucket is full: the bound is loose, and its tokens are corrected.
   */
  admit(request: AdmissionRequest): MaybePromise<AdmissionResult | Downgrade>;

  /** Sets `nanos` more aside, for a stream that outgrows its hold; refused, the hold stays as it was. */
  extend(hold: Hold, nanos: number): MaybePromise<AdmissionResult>;

  /** Sets the hold to `nanos`, for another attempt on a dearer or cheaper model; refused, it stays as it was. */
  transfer(hold: Hold, nanos: number): MaybePromise<AdmissionResult>;

  /**
   * Books what was really taken, in the month of the request's `occurredAt`, and releases the hold. It also counts for
   * a hold whose lease had run out: the money is gone. `false` when the hold was settled before; then nothing changes.
   */
  capture(hold: Hold, capture: Capture): MaybePromise<boolean>;

  /** Releases the hold and its tokens, spends nothing. `false` when it was settled before. */
  void(hold: Hold): MaybePromise<boolean>;

  /** Renews the leases of holds whose requests still run. Returns those that are no longer live. */
  renew(holds: readonly Hold[]): MaybePromise<readonly Hold[]>;

  /** @param at Unix milliseconds; it chooses the month. */
  inspect(scope: ScopeHandle, at: number): MaybePromise<ScopeState>;
}
