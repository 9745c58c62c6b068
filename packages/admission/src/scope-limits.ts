import type { Period } from '@tollgate/domain';

import type { BalanceState, LimitName, RateLevel, RateLevels, Refusal, ScopeState } from './admission-store.js';
import { bucketCharge, bucketHolds, msUntil, refillThrottle, wholeLevel } from './rate-buckets.js';
import { CELL, MONTH } from './scope-row.js';
import type { ScopeTable } from './scope-table.js';

/** A hint only: another request may end at any moment. */
const RETRY_WHEN_OTHERS_END_MS = 1_000;

/** What a request asks of every one of its scopes. */
export interface Demand {
  readonly period: Period;
  readonly nanos: number;
  readonly tokens: number;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Which limit refused; what is left of the rates is found when that is known. */
export type Refused = Omit<Refusal, 'rates'>;

/** The first limit of the scope that refuses, or `null`. The scope's buckets are up to date. */
export function refusalAt(table: ScopeTable, base: number, demand: Demand): Refused | null {
  return (
    moneyRefusal(table, base, demand) ??
    throttleRefusal(table, base, demand) ??
    concurrencyRefusal(table, base) ??
    rateRefusal(table, base, { limit: 'requests', capacityAt: CELL.requestCapacity, amount: 1, at: demand.at }) ??
    rateRefusal(table, base, { limit: 'tokens', capacityAt: CELL.tokenCapacity, amount: demand.tokens, at: demand.at })
  );
}

type MoneyDemand = Pick<Demand, 'period' | 'nanos' | 'at'>;

/**
 * Refuses when the month's budget, or what a prepaid organization has, does not hold so much more. What costs nothing
 * passes both when they are empty.
 */
export function moneyRefusal(table: ScopeTable, base: number, demand: MoneyDemand): Refused | null {
  return budgetRefusal(table, base, demand) ?? balanceRefusal(table, base, demand);
}

function budgetRefusal(table: ScopeTable, base: number, { period, nanos }: MoneyDemand): Refused | null {
  const granted = table.cell(base + CELL.granted);
  if (granted === Number.POSITIVE_INFINITY || nanos === 0) return null;
  const { spent, held } = moneyOf(table, base, period);
  if (spent + held + nanos <= granted) return null;
  return refusalOf(table, base, {
    limit: 'budget',
    limitValue: granted,
    spent,
    held,
    available: granted - spent - held,
    resetsAt: period.endsAt,
    // waiting helps only where nothing but the holds of other requests is in the way
    retryAfterMs: spent + nanos <= granted ? RETRY_WHEN_OTHERS_END_MS : null,
  });
}

function balanceRefusal(table: ScopeTable, base: number, { nanos, at }: MoneyDemand): Refused | null {
  if (table.cell(base + CELL.funded) === Number.POSITIVE_INFINITY || nanos === 0) return null;
  const funded = table.fundedAt(base, at);
  const spent = table.cell(base + CELL.captured);
  const held = table.cell(base + CELL.held);
  if (spent + held + nanos <= funded) return null;
  return refusalOf(table, base, {
    limit: 'balance',
    limitValue: funded,
    spent,
    held,
    available: funded - spent - held,
    resetsAt: null,
    retryAfterMs: spent + nanos <= funded ? RETRY_WHEN_OTHERS_END_MS : null,
  });
}

/** Whether a rung of the budget wants a cheaper model for the request. What costs nothing has none. */
export function wantsCheaper(table: ScopeTable, base: number, { period, nanos }: Demand): boolean {
  const above = table.cell(base + CELL.cheaperAbove);
  return above !== Number.POSITIVE_INFINITY && nanos > 0 && committedTo(table, base, period) + nanos > above;
}

/**
 * Whether a rung of the budget throttles while so much of the month's money is spent and held; then its bucket is up to
 * date. The scope's other buckets are already.
 */
export function isThrottled(table: ScopeTable, base: number, nanos: number): boolean {
  if (nanos <= table.cell(base + CELL.throttleAbove)) return false;
  refillThrottle(table.cells, base, table.throttleAt(base, nanos));
  return true;
}

/** What a month has spent and holds. */
export function committedTo(table: ScopeTable, base: number, period: Period): number {
  const month = table.findMonth(base, period.startsAt);
  return month < 0 ? 0 : table.cell(month + MONTH.spent) + table.cell(month + MONTH.held);
}

/** A throttle spares money, so that what costs nothing passes it. */
function throttleRefusal(table: ScopeTable, base: number, { period, nanos, at }: Demand): Refused | null {
  if (nanos === 0 || table.cell(base + CELL.throttleAbove) === Number.POSITIVE_INFINITY) return null;
  if (!isThrottled(table, base, committedTo(table, base, period) + nanos)) return null;
  return rateRefusal(table, base, { limit: 'throttle', capacityAt: CELL.throttleCapacity, amount: 1, at });
}

function concurrencyRefusal(table: ScopeTable, base: number): Refused | null {
  const concurrency = table.cell(base + CELL.concurrency);
  const inFlight = table.cell(base + CELL.inFlight);
  if (inFlight < concurrency) return null;
  return refusalOf(table, base, {
    limit: 'concurrency',
    limitValue: concurrency,
    spent: 0,
    held: inFlight,
    available: concurrency - inFlight,
    resetsAt: null,
    retryAfterMs: concurrency > 0 ? RETRY_WHEN_OTHERS_END_MS : null,
  });
}

interface RateDemand {
  readonly limit: LimitName;
  /** The cell of the bucket's capacity; its level is the next one. */
  readonly capacityAt: number;
  readonly amount: number;
  readonly at: number;
}

function rateRefusal(table: ScopeTable, base: number, { limit, capacityAt, amount, at }: RateDemand): Refused | null {
  const capacity = table.cell(base + capacityAt);
  if (capacity === Number.POSITIVE_INFINITY || amount === 0) return null;
  const level = table.cell(base + capacityAt + 1);
  const charge = bucketCharge(capacity, amount);
  if (capacity > 0 && bucketHolds(level, charge)) return null;
  const fullAfterMs = msUntil({ wanted: capacity, now: level, capacity });
  const available = wholeLevel(level);
  return refusalOf(table, base, {
    limit,
    limitValue: capacity,
    spent: capacity - available,
    held: 0,
    available,
    resetsAt: fullAfterMs === null ? null : at + fullAfterMs,
    retryAfterMs: msUntil({ wanted: charge, now: level, capacity }),
  });
}

function refusalOf(
  table: ScopeTable,
  base: number,
  refusal: Omit<Refused, 'admitted' | 'downgrade' | 'scope'>,
): Refused {
  return { admitted: false, downgrade: false, scope: table.ownerAt(base).scope, ...refusal };
}

/** What of a request says which throttles hold for it. */
interface RatedRequest {
  readonly period: Period;
  /** What is asked for, which decides together with what is spent and held already; 0 when nothing is. */
  readonly nanos: number;
  /** Whether it costs anything: no throttle holds for what does not. */
  readonly costs: boolean;
}

/** What is left of the tightest buckets. All of them are up to date. */
export function rateLevelsOf(table: ScopeTable, bases: readonly number[], request: RatedRequest): RateLevels | null {
  let requestsAt = -1;
  let tokensAt = -1;
  for (let i = 0; i < bases.length; i++) {
    const base = bases[i] as number;
    requestsAt = tighterBucket(table, requestsAt, base + CELL.requestCapacity);
    tokensAt = tighterBucket(table, tokensAt, base + CELL.tokenCapacity);
    if (!request.costs || table.cell(base + CELL.throttleAbove) === Number.POSITIVE_INFINITY) continue;
    if (isThrottled(table, base, committedTo(table, base, request.period) + request.nanos)) {
      requestsAt = tighterBucket(table, requestsAt, base + CELL.throttleCapacity);
    }
  }
  if (requestsAt < 0 && tokensAt < 0) return null;
  return { requests: levelAt(table, requestsAt), tokens: levelAt(table, tokensAt) };
}

/** Of two buckets, by the cells of their capacities, the one that has less left in proportion; −1 is none. */
function tighterBucket(table: ScopeTable, one: number, other: number): number {
  const capacity = table.cell(other);
  if (capacity === Number.POSITIVE_INFINITY) return one;
  if (one < 0 || capacity === 0) return other;
  // multiplied out, because a capacity may be 0
  return table.cell(other + 1) * table.cell(one) < table.cell(one + 1) * capacity ? other : one;
}

function levelAt(table: ScopeTable, capacityAt: number): RateLevel | null {
  if (capacityAt < 0) return null;
  const capacity = table.cell(capacityAt);
  const level = table.cell(capacityAt + 1);
  return {
    limit: capacity,
    remaining: Math.max(0, wholeLevel(level)),
    resetMs: msUntil({ wanted: capacity, now: level, capacity }) ?? 0,
  };
}

/** Everything that is known of a scope whose buckets are up to date. */
export function stateOf(
  table: ScopeTable,
  base: number,
  { period, at }: { readonly period: Period; readonly at: number },
): ScopeState {
  const limitAt = (column: number): number | null => finite(table.cell(base + column));
  const levelAt = (column: number): number | null => finite(wholeLevel(table.cell(base + column)));
  const { spent, held } = moneyOf(table, base, period);
  const granted = limitAt(CELL.granted);
  return {
    scope: table.ownerAt(base).scope,
    requestsPerMinute: limitAt(CELL.requestCapacity),
    requestsAvailable: levelAt(CELL.requestLevel),
    tokensPerMinute: limitAt(CELL.tokenCapacity),
    tokensAvailable: levelAt(CELL.tokenLevel),
    concurrency: limitAt(CELL.concurrency),
    inFlight: table.cell(base + CELL.inFlight),
    grantedNanos: granted,
    spentNanos: spent,
    heldNanos: held,
    availableNanos: granted === null ? null : granted - spent - held,
    balance: balanceOf(table, base, at),
    startsAt: period.startsAt,
    resetsAt: period.endsAt,
  };
}

function balanceOf(table: ScopeTable, base: number, at: number): BalanceState | null {
  const fundedNanos = finite(table.fundedAt(base, at));
  if (fundedNanos === null) return null;
  const spentNanos = table.cell(base + CELL.captured);
  const heldNanos = table.cell(base + CELL.held);
  return { fundedNanos, spentNanos, heldNanos, availableNanos: fundedNanos - spentNanos - heldNanos };
}

function moneyOf(table: ScopeTable, base: number, period: Period): { spent: number; held: number } {
  const month = table.findMonth(base, period.startsAt);
  if (month < 0) return { spent: 0, held: 0 };
  return { spent: table.cell(month + MONTH.spent), held: table.cell(month + MONTH.held) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
