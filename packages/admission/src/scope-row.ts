import type { Scope, ScopeHandle } from './admission-store.js';
import type { OrganizationCalendar } from './organization-calendar.js';

/**
 * The columns of a scope's row, all doubles: money in whole nanounits (exact up to 2⁵³ of them, nine million dollars a
 * month), instants in milliseconds. No ceiling is `Infinity`.
 */
export const CELL = {
  granted: 0,
  concurrency: 1,
  inFlight: 2,
  requestCapacity: 3,
  requestLevel: 4,
  tokenCapacity: 5,
  tokenLevel: 6,
  /** When the two buckets were refilled last, by the monotonic clock. */
  refilledAt: 7,
  lastUsedAt: 8,
  /** Counts how often the row changed hands. */
  generation: 9,
  /** Two months, each with its three cells; a new one takes the place of the elder. */
  firstMonth: 10,
  secondMonth: 13,
  /** Money of the month above which a cheaper model is wanted. */
  cheaperAbove: 16,
  /** Money of the month above which the lowest rung that throttles holds. */
  throttleAbove: 17,
  /** The bucket of the rung that held last; the level of one that never held is `Infinity`. */
  throttleCapacity: 18,
  throttleLevel: 19,
  throttleFilledAt: 20,
  /** What a prepaid organization may spend, ever. */
  funded: 21,
  /** Money captured in all months, and held in all. */
  captured: 22,
  held: 23,
} as const;

/** Offsets from the cell where a month begins. */
export const MONTH = { startsAt: 0, spent: 1, held: 2 } as const;

export const ROW_CELLS = 24;

/** A scope's place in the table. When the scope was idle its row may have gone to another one: the generation tells. */
export class RowHandle implements ScopeHandle {
  row = -1;
  generation = -1;

  constructor(
    readonly scope: Scope,
    readonly key: string,
    readonly calendar: OrganizationCalendar,
  ) {}
}
