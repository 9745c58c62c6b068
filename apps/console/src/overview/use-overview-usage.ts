import type { UseQueryResult } from '@tanstack/react-query';
import type { UsageAnswer, UsageValues } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { useScope, type Scope } from '../url/scope.js';
import { useMinute } from '../url/use-minute.js';

const HOUR_MS = 3_600_000;
const REFETCH_MS = 10_000;

const SUMS = 'cost,requests,errors,tokens,inputTokens,cacheReadTokens';
const LATENCIES = 'latencyP50,latencyP95,latencyP99,firstTokenP50,firstTokenP95';

export interface OverviewUsage {
  readonly current: UseQueryResult<UsageAnswer>;
  /** The sums of the range; undefined while they are on their way. */
  readonly total: UsageValues | undefined;
  /** The values of each span of time, in order; null where it has not begun. */
  readonly points: readonly (UsageValues | null)[];
  /** The sums of the span before, as long as the range itself has lasted so far. */
  readonly before: UsageValues | undefined;
  /** Whether nothing happened in the span before: then there is nothing to compare with. */
  readonly hadNone: boolean;
  readonly previous: { readonly from: string; readonly to: string };
  readonly isEmpty: boolean;
}

/** Days are the finest that figures of a project are kept in. */
export const bucketOf = ({ projectId, range }: Scope): 'hour' | 'day' => (projectId === null ? range.bucket : 'day');

/** Whose figures, and when: what every question of the overview has in common. */
export function usageFilter({ organization, projectId, range, zone }: Scope) {
  return {
    from: range.from,
    to: range.to,
    zone,
    organizationId: organization.id,
    projectId: projectId ?? undefined,
  };
}

export function useOverviewUsage(): OverviewUsage {
  const scope = useScope();
  const now = useMinute();
  const current = useOperation(
    'readUsage',
    { query: { measure: `${SUMS},${LATENCIES}`, by: bucketOf(scope), ...usageFilter(scope) } },
    { refetchMs: REFETCH_MS },
  );
  const previous = comparable(scope, now);
  const before = useOperation('readUsage', {
    query: { measure: `${SUMS},latencyP95`, ...usageFilter(scope), ...previous },
  });
  const series = current.data?.series[0];
  return {
    current,
    total: current.data === undefined ? undefined : (series?.total ?? {}),
    points: (current.data?.buckets ?? []).map(({ startsAt }, index) =>
      Date.parse(startsAt) > now ? null : (series?.points[index] ?? {}),
    ),
    before: before.data?.series[0]?.total,
    hadNone: before.data !== undefined && Number(before.data.series[0]?.total['requests'] ?? 0) === 0,
    previous,
    isEmpty: current.data !== undefined && Number(series?.total['requests'] ?? 0) === 0,
  };
}

/**
 * The span before, cut where the running one has come to: half a day is not compared with a whole one. Projects have
 * whole days only.
 */
function comparable({ projectId, range }: Scope, now: number): { readonly from: string; readonly to: string } {
  const { from, to } = range.previous;
  if (!range.running || projectId !== null) return { from, to };
  const elapsed = Math.ceil((now - Date.parse(range.from)) / HOUR_MS) * HOUR_MS;
  const cut = Math.min(Date.parse(to), Date.parse(from) + elapsed);
  return { from, to: new Date(cut).toISOString() };
}
