import type { Period } from '@tollgate/domain';

import type { LimitName, Refusal, ScopeState } from './admission-store.js';
import { bucketCharge, bucketHolds, msUntil, wholeLevel } from './rate-buckets.js';
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

/** The first limit of the scope that refuses, or `null`. The scope's buckets are up to date. */
export function refusalAt(table: ScopeTable, base: number, demand: Demand): Refusal | null {
  return (
    budgetRefusal(table, base, demand) ??
    concurrencyRefusal(table, base) ??
    rateRefusal(table, base, { limit: 'requests', capacityAt: CELL.requestCapacity, amount: 1, at: demand.at }) ??
    rateRefusal(table, base, { limit: 'tokens', capacityAt: CELL.tokenCapacity, amount: demand.tokens, at: demand.at })
  );
}

/** Refuses when the month's budget does not hold so much more. What costs nothing passes an empty budget. */
export function budgetRefusal(
  table: ScopeTable,
  base: number,
  { period, nanos }: Pick<Demand, 'period' | 'nanos'>,
): Refusal | null {
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

function concurrencyRefusal(table: ScopeTable, base: number): Refusal | null {
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

function rateRefusal(table: ScopeTable, base: number, { limit, capacityAt, amount, at }: RateDemand): Refusal | null {
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

function refusalOf(table: ScopeTable, base: number, refusal: Omit<Refusal, 'admitted' | 'scope'>): Refusal {
  return { admitted: false, scope: table.ownerAt(base).scope, ...refusal };
}

/** Everything that is known of a scope whose buckets are up to date. */
export function stateOf(table: ScopeTable, base: number, period: Period): ScopeState {
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
    startsAt: period.startsAt,
    resetsAt: period.endsAt,
  };
}

function moneyOf(table: ScopeTable, base: number, period: Period): { spent: number; held: number } {
  const month = table.findMonth(base, period.startsAt);
  if (month < 0) return { spent: 0, held: 0 };
  return { spent: table.cell(month + MONTH.spent), held: table.cell(month + MONTH.held) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
