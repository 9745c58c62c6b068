import { CELL } from './scope-row.js';

const WINDOW_MS = 60_000;

/** Levels are fractions of requests and tokens, so that a whole number may be missed by so little. */
const FRACTION_ERROR = 1e-6;

type Bucket = 'requests' | 'tokens';

const CAPACITY = { requests: CELL.requestCapacity, tokens: CELL.tokenCapacity } as const;
const LEVEL = { requests: CELL.requestLevel, tokens: CELL.tokenLevel } as const;

/** A row without rate limits: buckets that never empty. */
export function clearBuckets(cells: Float64Array, base: number, now: number): void {
  cells.fill(Number.POSITIVE_INFINITY, base + CELL.requestCapacity, base + CELL.tokenLevel + 1);
  cells[base + CELL.refilledAt] = now;
}

/** Brings both levels up to date. A bucket fills from empty to its capacity in sixty seconds. */
export function refillBuckets(cells: Float64Array, base: number, now: number): void {
  const elapsed = now - (cells[base + CELL.refilledAt] as number);
  if (elapsed <= 0) return;
  cells[base + CELL.refilledAt] = now;
  refill(cells, base + CELL.requestCapacity, elapsed);
  refill(cells, base + CELL.tokenCapacity, elapsed);
}

function refill(cells: Float64Array, capacityAt: number, elapsed: number): void {
  const capacity = cells[capacityAt] as number;
  if (capacity === Number.POSITIVE_INFINITY) return;
  const level = (cells[capacityAt + 1] as number) + (elapsed * capacity) / WINDOW_MS;
  cells[capacityAt + 1] = level < capacity ? level : capacity;
}

/**
 * Brings the bucket of a budget's throttle up to date, for the rung that holds now: a stricter one leaves no more in it
 * than fits, a looser one is no fresh bucket. The one that never held is full.
 */
export function refillThrottle(cells: Float64Array, base: number, capacity: number): void {
  const now = cells[base + CELL.refilledAt] as number;
  const elapsed = now - (cells[base + CELL.throttleFilledAt] as number);
  const level = (cells[base + CELL.throttleLevel] as number) + (elapsed * capacity) / WINDOW_MS;
  cells[base + CELL.throttleCapacity] = capacity;
  cells[base + CELL.throttleLevel] = level < capacity ? level : capacity;
  cells[base + CELL.throttleFilledAt] = now;
}

/** Gives a refilled bucket another capacity. What was used up stays used up: a new limit is no fresh bucket. */
export function resizeBucket(cells: Float64Array, base: number, change: { bucket: Bucket; capacity: number }): void {
  const capacityAt = base + CAPACITY[change.bucket];
  const levelAt = base + LEVEL[change.bucket];
  const before = cells[capacityAt] as number;
  const used = before === Number.POSITIVE_INFINITY ? 0 : before - (cells[levelAt] as number);
  cells[capacityAt] = change.capacity;
  cells[levelAt] = change.capacity - used;
}

/** What a request of this size takes from the bucket: never more than all of it, or it could never pass. */
export function bucketCharge(capacity: number, amount: number): number {
  return amount < capacity ? amount : capacity;
}

/** Whether the charge is in the bucket. An empty capacity lets nothing pass. */
export function bucketHolds(level: number, charge: number): boolean {
  return level + FRACTION_ERROR >= charge;
}

/** Gives back (or, negative, takes) what a settled request took less than it was charged. */
export function returnTokens(cells: Float64Array, base: number, amount: number): void {
  const capacity = cells[base + CELL.tokenCapacity] as number;
  if (capacity === Number.POSITIVE_INFINITY) return;
  const level = (cells[base + CELL.tokenLevel] as number) + amount;
  cells[base + CELL.tokenLevel] = level < capacity ? level : capacity;
}

/** Whole requests or tokens that are left. */
export function wholeLevel(level: number): number {
  return Math.floor(level + FRACTION_ERROR);
}

/** Milliseconds until the level is reached, or `null` when that never happens. */
export function msUntil(level: { wanted: number; now: number; capacity: number }): number | null {
  if (level.capacity === 0) return null;
  return Math.max(0, Math.ceil(((level.wanted - level.now) * WINDOW_MS) / level.capacity));
}
