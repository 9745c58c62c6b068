import type { Period } from '@tollgate/domain';

import type { Funding, FundingExpiry, ScopeKind, ScopeLimits } from './admission-store.js';
import { NO_RUNGS, rungsOf } from './budget-rungs.js';
import type { BudgetRungs, ThrottleRung } from './budget-rungs.js';
import { clearBuckets, refillBuckets, resizeBucket } from './rate-buckets.js';
import { CELL, MONTH, ROW_CELLS } from './scope-row.js';
import type { RowHandle } from './scope-row.js';

const FIRST_ROWS = 256;
const UNLIMITED = Number.POSITIVE_INFINITY;
const NEVER = Number.NEGATIVE_INFINITY;

/** Scopes that callers make up by themselves: there is no end of them, so that idle ones are forgotten. */
const FORGOTTEN_KINDS: ReadonlySet<ScopeKind> = new Set<ScopeKind>(['end_user', 'tag']);

interface ForgetPolicy {
  /** End users and tags that nobody used for so long are forgotten when the table fills. */
  readonly idleMs: number;
  /** Of the idle ones at most so many are remembered. */
  readonly maxIdleScopes: number;
}

/** One row of numbers per scope, all in one array: counting a request follows no pointers and allocates nothing. */
export class ScopeTable {
  cells = new Float64Array(FIRST_ROWS * ROW_CELLS);
  readonly #owners: (RowHandle | null)[] = [];
  /** By row; looked at only when a month's money is above the lowest of them. */
  readonly #throttles: (readonly ThrottleRung[])[] = [];
  /** By row, of those that have a balance; the soonest first. */
  readonly #expiries = new Map<number, readonly FundingExpiry[]>();
  readonly #rows = new Map<string, number>();
  readonly #free: number[] = [];
  #limited = new Set<string>();
  #funded = new Set<string>();
  #forgetAbove = FIRST_ROWS;

  constructor(private readonly policy: ForgetPolicy) {}

  /** Scopes that have a row now. */
  get size(): number {
    return this.#rows.size;
  }

  /** The handle that the scope's row has now, if it has one. */
  handleOf(key: string): RowHandle | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : (this.#owners[row] ?? undefined);
  }

  /** The first cell of the scope's row; a scope without one gets one. Rows stay where they are until `forgetIdle`. */
  baseOf(handle: RowHandle, now: number): number {
    const base = handle.row * ROW_CELLS;
    if (handle.row >= 0 && this.cells[base + CELL.generation] === handle.generation) return base;
    handle.row = this.#rows.get(handle.key) ?? this.#occupy(handle, now);
    handle.generation = this.cell(handle.row * ROW_CELLS + CELL.generation);
    return handle.row * ROW_CELLS;
  }

  ownerAt(base: number): RowHandle {
    const owner = this.#owners[base / ROW_CELLS];
    if (owner === null || owner === undefined) throw new Error('a row in use has no scope');
    return owner;
  }

  /** Requests per minute of the highest rung that the money is above. */
  throttleAt(base: number, nanos: number): number {
    let requestsPerMinute = UNLIMITED;
    for (const rung of this.#throttles[base / ROW_CELLS] ?? []) {
      if (nanos > rung.aboveNanos) ({ requestsPerMinute } = rung);
    }
    return requestsPerMinute;
  }

  /** What the scope may spend, ever, by requests of an instant; infinite without a balance. */
  fundedAt(base: number, at: number): number {
    const funded = this.cells[base + CELL.funded] as number;
    if (funded === UNLIMITED) return funded;
    let left = funded;
    for (const expiry of this.#expiries.get(base / ROW_CELLS) ?? []) {
      if (at < expiry.at) break;
      left -= expiry.nanos;
    }
    return left;
  }

  cell(at: number): number {
    return this.cells[at] as number;
  }

  add(at: number, amount: number): void {
    (this.cells[at] as number) += amount;
  }

  /** Where the row keeps the month that begins then, or −1 when it does not keep it. */
  findMonth(base: number, startsAt: number): number {
    if (this.cells[base + CELL.firstMonth] === startsAt) return base + CELL.firstMonth;
    if (this.cells[base + CELL.secondMonth] === startsAt) return base + CELL.secondMonth;
    return -1;
  }

  /** Where the row keeps the month; one that is new to it begins with nothing spent and nothing held. */
  monthOf(base: number, period: Period): number {
    const found = this.findMonth(base, period.startsAt);
    if (found >= 0) return found;
    const first = base + CELL.firstMonth;
    const second = base + CELL.secondMonth;
    const elder = this.cell(first) <= this.cell(second) ? first : second;
    this.cells[elder + MONTH.startsAt] = period.startsAt;
    this.cells[elder + MONTH.spent] = 0;
    this.cells[elder + MONTH.held] = 0;
    return elder;
  }

  /** Replaces the limits of all scopes: those that are not named have none any more. */
  setLimits(all: ReadonlyMap<RowHandle, ScopeLimits>, now: number): void {
    const before = this.#limited;
    this.#limited = new Set([...all.keys()].map((handle) => handle.key));
    for (const key of before) {
      const row = this.#rows.get(key);
      if (row !== undefined && !this.#limited.has(key)) this.#limit(row * ROW_CELLS, NO_LIMITS, now);
    }
    for (const [handle, limits] of all) this.#limit(this.baseOf(handle, now), limits, now);
  }

  /** Replaces the balances of all scopes: those that are not named have none any more. */
  setFunding(all: ReadonlyMap<RowHandle, Funding>, now: number): void {
    const before = this.#funded;
    this.#funded = new Set([...all.keys()].map((handle) => handle.key));
    this.#expiries.clear();
    for (const key of before) {
      const row = this.#rows.get(key);
      if (row !== undefined && !this.#funded.has(key)) this.cells[row * ROW_CELLS + CELL.funded] = UNLIMITED;
    }
    for (const [handle, { fundedNanos, expiries }] of all) {
      const base = this.baseOf(handle, now);
      this.cells[base + CELL.funded] = fundedNanos;
      if (expiries.length > 0) this.#expiries.set(base / ROW_CELLS, expiries);
    }
  }

  /**
   * Forgets idle scopes when there are too many. Never in the middle of an operation, because rows change hands.
   * Money that was spent by a forgotten scope stands in the ledger: it is seeded again if the scope gets a budget.
   */
  forgetIdle(now: number): void {
    if (this.#rows.size < this.#forgetAbove) return;
    const usedAt = (handle: RowHandle): number => this.cell(handle.row * ROW_CELLS + CELL.lastUsedAt);
    const idle = this.#owners
      .filter((owner) => owner !== null)
      .filter((owner) => this.#mayForget(owner))
      .sort((a, b) => usedAt(a) - usedAt(b));
    const { idleMs, maxIdleScopes } = this.policy;
    // half of them at once, so that the next time is far away
    const surplus = idle.length > maxIdleScopes ? idle.length - maxIdleScopes / 2 : 0;
    idle.forEach((handle, index) => {
      if (index < surplus || usedAt(handle) <= now - idleMs) this.#forget(handle);
    });
    this.#forgetAbove = Math.max(FIRST_ROWS, Math.ceil(this.#rows.size * 1.5));
  }

  #limit(base: number, limits: Omit<ScopeLimits, 'scope'>, now: number): void {
    const { cells } = this;
    cells[base + CELL.granted] = limits.grantedNanos ?? UNLIMITED;
    cells[base + CELL.concurrency] = limits.concurrency ?? UNLIMITED;
    this.#setRungs(base, rungsOf(limits.ladder, limits.grantedNanos));
    refillBuckets(cells, base, now);
    resizeBucket(cells, base, { bucket: 'requests', capacity: limits.requestsPerMinute ?? UNLIMITED });
    resizeBucket(cells, base, { bucket: 'tokens', capacity: limits.tokensPerMinute ?? UNLIMITED });
  }

  #setRungs(base: number, { cheaperAboveNanos, throttles }: BudgetRungs): void {
    this.cells[base + CELL.cheaperAbove] = cheaperAboveNanos;
    this.cells[base + CELL.throttleAbove] = throttles[0]?.aboveNanos ?? UNLIMITED;
    this.#throttles[base / ROW_CELLS] = throttles;
  }

  #occupy(handle: RowHandle, now: number): number {
    const row = this.#free.pop() ?? this.#owners.length;
    const base = row * ROW_CELLS;
    if (base === this.cells.length) {
      const grown = new Float64Array(this.cells.length * 2);
      grown.set(this.cells);
      this.cells = grown;
    }
    const { cells } = this;
    cells[base + CELL.granted] = UNLIMITED;
    cells[base + CELL.concurrency] = UNLIMITED;
    cells[base + CELL.inFlight] = 0;
    cells[base + CELL.lastUsedAt] = now;
    cells[base + CELL.firstMonth] = NEVER;
    cells[base + CELL.secondMonth] = NEVER;
    cells[base + CELL.throttleCapacity] = UNLIMITED;
    cells[base + CELL.throttleLevel] = UNLIMITED;
    cells[base + CELL.throttleFilledAt] = now;
    cells[base + CELL.funded] = UNLIMITED;
    cells[base + CELL.captured] = 0;
    cells[base + CELL.held] = 0;
    this.#setRungs(base, NO_RUNGS);
    clearBuckets(cells, base, now);
    this.#owners[row] = handle;
    this.#rows.set(handle.key, row);
    return row;
  }

  #mayForget(handle: RowHandle): boolean {
    const inFlight = this.cell(handle.row * ROW_CELLS + CELL.inFlight);
    const isBound = this.#limited.has(handle.key) || this.#funded.has(handle.key);
    return FORGOTTEN_KINDS.has(handle.scope.kind) && inFlight === 0 && !isBound;
  }

  #forget(handle: RowHandle): void {
    this.add(handle.row * ROW_CELLS + CELL.generation, 1);
    this.#owners[handle.row] = null;
    this.#rows.delete(handle.key);
    this.#free.push(handle.row);
  }
}

const NO_LIMITS: Omit<ScopeLimits, 'scope'> = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrency: null,
  grantedNanos: null,
  ladder: [],
};
