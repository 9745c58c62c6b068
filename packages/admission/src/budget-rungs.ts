import type { LadderRung } from '@tollgate/domain';

/** A rung that throttles: above so many nanounits at most so many requests per minute. */
export interface ThrottleRung {
  readonly aboveNanos: number;
  readonly requestsPerMinute: number;
}

/** A budget's ladder in the numbers that admission compares with; `Infinity` where nothing is to happen. */
export interface BudgetRungs {
  /** Above it a cheaper model is wanted. */
  readonly cheaperAboveNanos: number;
  /** The lowest first. */
  readonly throttles: readonly ThrottleRung[];
}

export const NO_RUNGS: BudgetRungs = { cheaperAboveNanos: Number.POSITIVE_INFINITY, throttles: [] };

/** Percent of what is granted, raises included. Who is told of a rung is no matter of admission. */
export function rungsOf(ladder: readonly LadderRung[], grantedNanos: number | null): BudgetRungs {
  if (grantedNanos === null || ladder.length === 0) return NO_RUNGS;
  let cheaperAboveNanos = Number.POSITIVE_INFINITY;
  const throttles: ThrottleRung[] = [];
  for (const rung of ladder) {
    const aboveNanos = shareOf(grantedNanos, rung.percent);
    if (rung.action === 'cheaper-model') cheaperAboveNanos = Math.min(cheaperAboveNanos, aboveNanos);
    if (rung.action === 'throttle') throttles.push({ aboveNanos, requestsPerMinute: rung.requestsPerMinute });
  }
  return { cheaperAboveNanos, throttles: throttles.sort((a, b) => a.aboveNanos - b.aboveNanos) };
}

/** Whole nanounits, rounded down; in two steps, because a hundred times a large budget is no exact double. */
function shareOf(nanos: number, percent: number): number {
  return Math.floor(nanos / 100) * percent + Math.floor(((nanos % 100) * percent) / 100);
}
