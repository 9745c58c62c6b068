import type {
  AdmissionRequest,
  AdmissionResult,
  AdmissionStore,
  Capture,
  CapturedSeed,
  Downgrade,
  ExpiredHold,
  FundingConfiguration,
  Hold,
  LimitsConfiguration,
  PeriodSeed,
  RateLevels,
  Scope,
  ScopeHandle,
  ScopeState,
  SpentSeed,
} from './admission-store.js';
import { OrganizationCalendar } from './organization-calendar.js';
import { LeaseQueue, PlacedHold } from './placed-hold.js';
import { bucketCharge, refillBuckets, returnTokens } from './rate-buckets.js';
import {
  committedTo,
  isThrottled,
  moneyRefusal,
  rateLevelsOf,
  refusalAt,
  stateOf,
  wantsCheaper,
} from './scope-limits.js';
import type { Demand } from './scope-limits.js';
import { CELL, MONTH, RowHandle } from './scope-row.js';
import { ScopeTable } from './scope-table.js';

export interface InProcessAdmissionOptions {
  /** Told of every hold whose lease ran out. It must not throw, nor call the store. */
  readonly onExpired: (hold: ExpiredHold) => void;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
  /** How long a hold lives without being renewed. */
  readonly leaseMs?: number;
  /** End users and tags without limits are forgotten when they were idle for so long and the table fills. */
  readonly idleMs?: number;
  /** Of the idle end users and tags at most so many are remembered. */
  readonly maxIdleScopes?: number;
}

const DEFAULT_LEASE_MS = 120_000;
const DEFAULT_IDLE_MS = 900_000;
const DEFAULT_MAX_IDLE_SCOPES = 50_000;

interface CounterChange {
  readonly inFlight: number;
  readonly held: number;
  readonly spent: number;
}

/** The admission store of a single gateway. Each method is one turn of the event loop, which makes it atomic. */
export class InProcessAdmissionStore implements AdmissionStore {
  readonly #table: ScopeTable;
  readonly #leases: LeaseQueue;
  readonly #calendars = new Map<string, OrganizationCalendar>();
  readonly #clock: () => number;
  readonly #onExpired: (hold: ExpiredHold) => void;
  #version = Number.NEGATIVE_INFINITY;
  #fundingVersion = Number.NEGATIVE_INFINITY;

  constructor(options: InProcessAdmissionOptions) {
    this.#table = new ScopeTable({
      idleMs: options.idleMs ?? DEFAULT_IDLE_MS,
      maxIdleScopes: options.maxIdleScopes ?? DEFAULT_MAX_IDLE_SCOPES,
    });
    this.#leases = new LeaseQueue(options.leaseMs ?? DEFAULT_LEASE_MS);
    this.#clock = options.clock ?? (() => performance.now());
    this.#onExpired = options.onExpired;
  }

  /** Scopes that the store remembers now. */
  get rememberedScopes(): number {
    return this.#table.size;
  }

  handleOf(scope: Scope, timeZone: string): ScopeHandle {
    // ids of ours have no line break, and the foreign one comes last: no two scopes share a key
    const key = `${scope.kind}\n${scope.organizationId}\n${scope.id}`;
    const calendar = this.#calendarOf(scope.organizationId, timeZone);
    return this.#table.handleOf(key) ?? new RowHandle(scope, key, calendar);
  }

  configure({ version, limits }: LimitsConfiguration): void {
    if (version < this.#version) return;
    for (const limit of limits) requireLimits(limit);
    this.#version = version;
    this.#table.setLimits(new Map(limits.map((limit) => [rowHandle(limit.scope), limit])), this.#clock());
  }

  fund({ version, fundings }: FundingConfiguration): void {
    if (version < this.#fundingVersion) return;
    for (const funding of fundings) requireFunding(funding);
    this.#fundingVersion = version;
    this.#table.setFunding(new Map(fundings.map((funding) => [rowHandle(funding.scope), funding])), this.#clock());
  }

  seedPeriods(seeds: readonly PeriodSeed[]): void {
    for (const { organizationId, timeZone, startsAt, endsAt } of seeds) {
      if (!(startsAt < endsAt)) throw new RangeError(`a period from ${startsAt} to ${endsAt} has no length`);
      this.#calendarOf(organizationId, timeZone).adopt({ startsAt, endsAt });
    }
  }

  seedSpent(seeds: readonly SpentSeed[]): void {
    const now = this.#clock();
    for (const { scope, occurredAt, nanos } of seeds) {
      requireQuantity(nanos);
      const handle = rowHandle(scope);
      const period = handle.calendar.monthAt(occurredAt);
      if (occurredAt < period.startsAt) continue; // a month that nothing is admitted against any more
      const spentAt = this.#table.monthOf(this.#table.baseOf(handle, now), period) + MONTH.spent;
      this.#table.cells[spentAt] = Math.max(this.#table.cell(spentAt), nanos);
    }
  }

  seedCaptured(seeds: readonly CapturedSeed[]): void {
    const now = this.#clock();
    for (const { scope, nanos } of seeds) {
      requireQuantity(nanos);
      const capturedAt = this.#table.baseOf(rowHandle(scope), now) + CELL.captured;
      this.#table.cells[capturedAt] = Math.max(this.#table.cell(capturedAt), nanos);
    }
  }

  admit(request: AdmissionRequest): AdmissionResult | Downgrade {
    const { tokensBound, holdNanos, occurredAt } = request;
    requireQuantity(tokensBound);
    requireQuantity(holdNanos);
    const now = this.#clock();
    this.#expireLeases(now);
    this.#table.forgetIdle(now);
    const { calendar } = rowHandle(firstOf(request.scopes));
    const bases = this.#resolve(request.scopes, calendar, now);
    const period = calendar.monthAt(occurredAt);
    const demand: Demand = { period, nanos: holdNanos, tokens: tokensBound, at: occurredAt };
    if (request.mayDowngrade) {
      // before anything refuses: the cheaper request may be the one that still fits
      for (const base of bases) {
        if (!wantsCheaper(this.#table, base, demand)) continue;
        return { admitted: false, downgrade: true, scope: this.#table.ownerAt(base).scope };
      }
    }
    for (const base of bases) {
      refillBuckets(this.#table.cells, base, now);
      const refusal = refusalAt(this.#table, base, demand);
      if (refusal !== null)
        return { ...refusal, rates: this.#ratesOf(bases, { ...demand, costs: holdNanos > 0 }, now) };
    }
    const hold = new PlacedHold(request, period, this.#tokenCharges(bases, tokensBound));
    this.#place(hold, bases, now);
    this.#takeFromBuckets(hold, now);
    const rates = rateLevelsOf(this.#table, bases, { period, nanos: 0, costs: holdNanos > 0 });
    return { admitted: true, hold, rates };
  }

  extend(hold: Hold, nanos: number): AdmissionResult {
    requireQuantity(nanos);
    return this.transfer(hold, hold.nanos + nanos);
  }

  transfer(hold: Hold, nanos: number): AdmissionResult {
    requireQuantity(nanos);
    const now = this.#clock();
    this.#expireLeases(now);
    const placed = placedHold(hold);
    if (placed.state === 'settled') throw new Error(`the hold of ${placed.requestId} is settled`);
    const live = placed.state === 'live';
    const more = nanos - (live ? placed.nanos : 0);
    const bases = this.#basesOf(placed, now);
    if (more > 0) {
      const { period, occurredAt } = placed;
      for (const base of bases) {
        const refusal = moneyRefusal(this.#table, base, { period, nanos: more, at: occurredAt });
        if (refusal === null) continue;
        return { ...refusal, rates: this.#ratesOf(bases, { period, nanos: more, costs: true }, now) };
      }
    }
    placed.nanos = nanos;
    if (live) this.#count(placed, { inFlight: 0, held: more, spent: 0 });
    else this.#place(placed, bases, now);
    const rates = this.#ratesOf(bases, { period: placed.period, nanos: 0, costs: nanos > 0 }, now);
    return { admitted: true, hold, rates };
  }

  capture(hold: Hold, { nanos, tokens }: Capture): boolean {
    requireQuantity(nanos);
    requireQuantity(tokens);
    return this.#settle(placedHold(hold), nanos, tokens);
  }

  void(hold: Hold): boolean {
    return this.#settle(placedHold(hold), 0, 0);
  }

  renew(holds: readonly Hold[]): readonly Hold[] {
    const now = this.#clock();
    this.#expireLeases(now);
    return holds.filter((hold) => {
      const placed = placedHold(hold);
      if (placed.state !== 'live') return true;
      this.#leases.remove(placed);
      this.#leases.append(placed, now);
      return false;
    });
  }

  inspect(scope: ScopeHandle, at: number): ScopeState {
    const now = this.#clock();
    this.#expireLeases(now);
    const handle = rowHandle(scope);
    const base = this.#table.baseOf(handle, now);
    refillBuckets(this.#table.cells, base, now);
    return stateOf(this.#table, base, { period: handle.calendar.boundsAt(at), at });
  }

  #calendarOf(organizationId: string, timeZone: string): OrganizationCalendar {
    let calendar = this.#calendars.get(organizationId);
    if (calendar === undefined) {
      calendar = new OrganizationCalendar(timeZone);
      this.#calendars.set(organizationId, calendar);
    }
    calendar.timeZone = timeZone;
    return calendar;
  }

  /** The rows of the scopes, each once. */
  #resolve(scopes: readonly ScopeHandle[], calendar: OrganizationCalendar, now: number): readonly number[] {
    // mapped, because an array that grows from nothing is given several times the room that it needs
    const bases = scopes.map((scope) => {
      const handle = rowHandle(scope);
      if (handle.calendar !== calendar) throw new RangeError('the scopes of a request belong to one organization');
      return this.#table.baseOf(handle, now);
    });
    for (let i = 1; i < bases.length; i++) {
      for (let j = 0; j < i; j++) if (bases[i] === bases[j]) return [...new Set(bases)];
    }
    return bases;
  }

  #tokenCharges(bases: readonly number[], tokens: number): number | number[] {
    const { cells } = this.#table;
    for (const base of bases) {
      if ((cells[base + CELL.tokenCapacity] as number) < tokens) {
        return bases.map((each) => bucketCharge(this.#table.cell(each + CELL.tokenCapacity), tokens));
      }
    }
    return tokens;
  }

  #ratesOf(bases: readonly number[], request: Parameters<typeof rateLevelsOf>[2], now: number): RateLevels | null {
    for (const base of bases) refillBuckets(this.#table.cells, base, now);
    return rateLevelsOf(this.#table, bases, request);
  }

  /** The hold is placed already: what it holds is part of what its budgets throttle by. */
  #takeFromBuckets({ bases, tokens, period, nanos }: PlacedHold, now: number): void {
    const { cells } = this.#table;
    for (let i = 0; i < bases.length; i++) {
      const base = bases[i] as number;
      const mayThrottle = nanos > 0 && (cells[base + CELL.throttleAbove] as number) !== Number.POSITIVE_INFINITY;
      if (mayThrottle && isThrottled(this.#table, base, committedTo(this.#table, base, period))) {
        this.#table.add(base + CELL.throttleLevel, -1);
      }
      this.#table.add(base + CELL.requestLevel, -1);
      this.#table.add(base + CELL.tokenLevel, -chargeAt(tokens, i));
      cells[base + CELL.lastUsedAt] = now;
    }
  }

  /** Counts a hold as live: in flight, held, leased. */
  #place(hold: PlacedHold, bases: readonly number[], now: number): void {
    hold.state = 'live';
    hold.bases = bases;
    this.#count(hold, { inFlight: 1, held: hold.nanos, spent: 0 });
    this.#leases.append(hold, now);
  }

  #settle(hold: PlacedHold, nanos: number, tokens: number): boolean {
    const { state } = hold;
    if (state === 'settled') return false;
    if (state === 'live') this.#leases.remove(hold);
    else hold.bases = this.#basesOf(hold, this.#clock());
    hold.state = 'settled';
    this.#count(
      hold,
      state === 'live' ? { inFlight: -1, held: -hold.nanos, spent: nanos } : { inFlight: 0, held: 0, spent: nanos },
    );
    for (let i = 0; i < hold.bases.length; i++) {
      const base = hold.bases[i] as number;
      const returned = chargeAt(hold.tokens, i) - tokens;
      // only what is taken depends on the refill before it; a return can wait for the next one, and spares the clock
      if (returned < 0) refillBuckets(this.#table.cells, base, this.#clock());
      returnTokens(this.#table.cells, base, returned);
    }
    return true;
  }

  #basesOf(hold: PlacedHold, now: number): readonly number[] {
    return hold.state === 'live' ? hold.bases : hold.handles.map((handle) => this.#table.baseOf(handle, now));
  }

  /**
   * Changes the counters of every scope of the hold. Months older than the one before the current are gone from the
   * table: the ledger alone knows them. What counts against a balance has no month.
   */
  #count(hold: PlacedHold, { inFlight, held, spent }: CounterChange): void {
    const table = this.#table;
    for (const base of hold.bases) {
      table.add(base + CELL.inFlight, inFlight);
      table.add(base + CELL.held, held);
      table.add(base + CELL.captured, spent);
      let month = table.findMonth(base, hold.period.startsAt);
      if (month < 0) {
        if (table.ownerAt(base).calendar.monthAt(hold.occurredAt) !== hold.period) continue;
        month = table.monthOf(base, hold.period);
      }
      table.add(month + MONTH.held, held);
      table.add(month + MONTH.spent, spent);
    }
  }

  #expireLeases(now: number): void {
    for (let hold = this.#leases.expired(now); hold !== null; hold = this.#leases.expired(now)) {
      hold.handles = hold.bases.map((base) => this.#table.ownerAt(base));
      this.#leases.remove(hold);
      this.#count(hold, { inFlight: -1, held: -hold.nanos, spent: 0 });
      hold.state = 'expired';
      const { requestId, nanos, occurredAt, handles } = hold;
      this.#onExpired({ requestId, nanos, occurredAt, scopes: handles.map((handle) => handle.scope) });
    }
  }
}

function chargeAt(tokens: number | readonly number[], index: number): number {
  return typeof tokens === 'number' ? tokens : (tokens[index] ?? 0);
}

function requireQuantity(quantity: number): void {
  if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError(`${quantity} is not a whole quantity`);
}

function requireFunding({ fundedNanos, expiries }: FundingConfiguration['fundings'][number]): void {
  if (!Number.isSafeInteger(fundedNanos)) throw new RangeError(`${fundedNanos} is not a whole quantity`);
  let before = Number.NEGATIVE_INFINITY;
  for (const { at, nanos } of expiries) {
    requireQuantity(nanos);
    if (!(at >= before)) throw new RangeError('expiries come in their order');
    before = at;
  }
}

function requireLimits({
  requestsPerMinute,
  tokensPerMinute,
  concurrency,
  grantedNanos,
  ladder,
}: LimitsConfiguration['limits'][number]): void {
  for (const limit of [requestsPerMinute, tokensPerMinute, concurrency, grantedNanos]) {
    if (limit !== null) requireQuantity(limit);
  }
  for (const rung of ladder) {
    requireQuantity(rung.percent);
    if (rung.percent < 1 || rung.percent > 100) throw new RangeError(`${rung.percent} percent is no rung of a budget`);
    if (rung.action === 'throttle') requireQuantity(rung.requestsPerMinute);
  }
}

function firstOf(scopes: readonly ScopeHandle[]): ScopeHandle {
  const first = scopes[0];
  if (first === undefined) throw new RangeError('a request counts in at least one scope');
  return first;
}

function rowHandle(handle: ScopeHandle): RowHandle {
  if (handle instanceof RowHandle) return handle;
  throw new TypeError('the scope handle comes from another store');
}

function placedHold(hold: Hold): PlacedHold {
  if (hold instanceof PlacedHold) return hold;
  throw new TypeError('the hold comes from another store');
}
