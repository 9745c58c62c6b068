import type { MoneyAmount, UsageAnswer } from '@tollgate/wire';
import { useMemo } from 'react';
import { useKeyNames } from '../api/use-key-names.js';
import { useOperation } from '../api/use-operation.js';
import type { ChartData, ChartPoint } from '../charts/chart-data.js';
import { approximateMoney, formatMoney, sumMoney } from '../figures/format-money.js';
import { formatBucket } from '../figures/format-times.js';
import { type Text, useText } from '../i18n/use-text.js';
import { OTHER_COLOR, seriesColors } from '../theme/series-colors.js';
import { useScope } from '../url/scope.js';
import { useLinkTo, useUrlState } from '../url/use-url-state.js';
import { isKeptByHour, SPLIT_PARAMETERS, SPLITS } from './split.js';
import { moneyOf } from './usage-values.js';
import { bucketOf, usageFilter } from './use-overview-usage.js';

const MOST_LAYERS = 7;
const OTHER = 'other';

export interface SpendLayer {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly total: MoneyAmount;
  /** The requests behind it. */
  readonly href: string | null;
}

interface SpendLayers {
  readonly data: ChartData | undefined;
  readonly layers: readonly SpendLayer[];
  readonly error: Error | null;
  readonly refetch: () => void;
}

type UsageSeries = UsageAnswer['series'][number];

/**
 * Spend by what the address splits it by: the seven largest, and the rest together.
 * @param apiKeyId of the key whose spend it is; everybody's when absent
 */
export function useSpendLayers(apiKeyId?: string): SpendLayers {
  const text = useText();
  const linkTo = useLinkTo();
  const { get } = useUrlState();
  const scope = useScope();
  const { keys, nameOf } = useKeyNames(scope.organization.id);
  const split = SPLITS.find((name) => name === get('split')) ?? 'model';
  const bucket = apiKeyId === undefined && isKeptByHour(split) ? bucketOf(scope) : 'day';
  const { projectId, ...filter } = usageFilter(scope);
  const narrowing = apiKeyId === undefined ? { projectId: split === 'apiKey' ? undefined : projectId } : { apiKeyId };
  const { data, error, refetch } = useOperation(
    'readUsage',
    // keys are kept apart from projects: which of them belong to the project is known here
    { query: { measure: 'cost', by: `${split},${bucket}`, ...filter, ...narrowing } },
    { keepPrevious: true },
  );
  return useMemo(() => {
    const retry = (): void => void refetch();
    if (data === undefined) return { data: undefined, layers: [], error, refetch: retry };
    const isMine = ({ key }: UsageSeries): boolean =>
      split !== 'apiKey' ||
      projectId === undefined ||
      keys.some(({ id, projectId: of }) => id === key.apiKey && of === projectId);
    const groups = groupSpend(data.series.filter(isMine), (series) => series.key[split] ?? '');
    const colors = seriesColors(groups.flatMap(({ key }) => (key === OTHER ? [] : [key])));
    const layers = groups.map(({ key, members, total }) => ({
      key,
      total,
      color: colors.get(key) ?? OTHER_COLOR,
      label: labelOf(key, { text, nameOf, size: members.length }),
      href: key === OTHER || key === '' ? null : linkTo('/requests', { key: apiKeyId, [SPLIT_PARAMETERS[split]]: key }),
    }));
    const label = (startsAt: string): string => formatBucket(startsAt, scope.zone, bucket);
    return { data: { series: layers, points: pointsOf(data, groups, label) }, layers, error, refetch: retry };
  }, [data, error, refetch, split, bucket, projectId, apiKeyId, keys, nameOf, scope.zone, text, linkTo]);
}

interface SpendGroup {
  readonly key: string;
  readonly members: readonly UsageSeries[];
  readonly total: MoneyAmount;
}

/** The largest each for itself, the rest in one; what cost nothing is left out. */
function groupSpend(all: readonly UsageSeries[], keyOf: (series: UsageSeries) => string): readonly SpendGroup[] {
  const sizeOf = ({ total }: UsageSeries): number => approximateMoney(moneyOf(total, 'cost'));
  const spent = all.filter((series) => sizeOf(series) !== 0).toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const group = (key: string, members: readonly UsageSeries[]): SpendGroup => ({
    key,
    members,
    total: sumMoney(members.map(({ total }) => moneyOf(total, 'cost'))),
  });
  const rest = spent.slice(MOST_LAYERS);
  return [
    ...spent.slice(0, MOST_LAYERS).map((series) => group(keyOf(series), [series])),
    ...(rest.length === 0 ? [] : [group(OTHER, rest)]),
  ];
}

function pointsOf(
  { buckets }: UsageAnswer,
  groups: readonly SpendGroup[],
  label: (startsAt: string) => string,
): readonly ChartPoint[] {
  return buckets.map(({ startsAt, complete }, index) => {
    const amounts = groups.map(
      ({ key, members }) => [key, sumMoney(members.map(({ points }) => moneyOf(points[index] ?? {}, 'cost')))] as const,
    );
    return {
      label: label(startsAt),
      complete,
      values: Object.fromEntries(amounts.map(([key, amount]) => [key, approximateMoney(amount)])),
      texts: Object.fromEntries(amounts.map(([key, amount]) => [key, formatMoney(amount)])),
      exact: Object.fromEntries(amounts.map(([key, amount]) => [key, amount.amount])),
    };
  });
}

interface LabelParts {
  readonly text: Text;
  readonly nameOf: (id: string) => string;
  readonly size: number;
}

function labelOf(key: string, { text, nameOf, size }: LabelParts): string {
  if (key === OTHER) return text('overview.other', { smart_count: size });
  return key === '' ? text('overview.unknownModel') : nameOf(key);
}
