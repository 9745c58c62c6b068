import type {
  PriceCorrectionLine as LineRow,
  PriceCorrectionRow,
  UnpricedUsage as UnpricedRow,
} from '@tollgate/database';
import { formatPicos, isMeter, parsePicos } from '@tollgate/domain';
import type { PriceCorrection, PriceCorrectionLine, UnpricedUsage } from '@tollgate/wire';
import { progressOf } from '../http/job-progress.js';
import { dollars, instantOrNull } from '../http/presentation.js';

export type Sums = Omit<LineRow, 'organizationId' | 'provider' | 'model'>;

export function presentCorrection(row: PriceCorrectionRow): PriceCorrection {
  const isPosting = row.state === 'posting';
  const startedAt = isPosting ? row.postingAt : row.startedAt;
  const isDone = row.state === 'computed' || row.state === 'posted';
  return {
    id: row.id,
    state: row.state,
    ...progressOf({ ...row, startedAt, isDone }, Date.now()),
    from: row.from.toISOString(),
    to: row.to.toISOString(),
    organizationId: row.organizationId,
    provider: row.provider,
    model: row.model,
    publicationId: row.snapshotId,
    reason: row.reason,
    requestedBy: row.requestedBy,
    requestedAt: row.requestedAt.toISOString(),
    computedAt: instantOrNull(row.computedAt),
    postedBy: row.postedBy,
    postedAt: instantOrNull(row.postedAt),
    failure: row.failure,
  };
}

export function presentSums(sums: Sums): Omit<PriceCorrectionLine, 'organizationId' | 'provider' | 'model'> {
  return {
    events: Number(sums.events),
    differing: Number(sums.differing),
    unpriced: Number(sums.unpriced),
    billedBefore: dollars(sums.billedBefore),
    billedAfter: dollars(sums.billedAfter),
    difference: dollars(formatPicos(parsePicos(sums.billedAfter) - parsePicos(sums.billedBefore))),
    providerCostBefore: dollars(sums.costBefore),
    providerCostAfter: dollars(sums.costAfter),
  };
}

/** Meters that only a newer version knows are left to that one. */
export function presentUnpriced(row: UnpricedRow): UnpricedUsage[] {
  if (!isMeter(row.meter)) return [];
  return [
    {
      provider: row.provider,
      model: row.model,
      meter: row.meter,
      serviceTiers: [...row.serviceTiers],
      requests: Number(row.requests),
      quantity: Number(row.quantity),
      since: row.since.toISOString(),
      last: row.last.toISOString(),
      organizationIds: [...row.organizationIds],
    },
  ];
}
