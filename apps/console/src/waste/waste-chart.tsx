import { Box } from '@mui/material';
import { WASTE_KINDS } from '@tollgate/domain';
import { lazy } from 'react';
import type { ChartData } from '../charts/chart-data.js';
import { ChartPanel } from '../charts/chart-panel.js';
import { approximateMoney, formatMoney, sumMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { seriesColors } from '../theme/series-colors.js';
import { useScope } from '../url/scope.js';
import { daysOf, type TimeRange } from '../url/time-range.js';
import { useWaste, useWorth, type WasteRow } from './use-waste.js';

const StackedBars = lazy(() => import('../charts/stacked-bars.js'));

const HEIGHT = 240;
const DAY_MS = 86_400_000;

/** Waste day by day, a layer for each kind. */
export function WasteChart() {
  const text = useText();
  const { range, zone } = useScope();
  const worth = useWorth();
  const { data, error, refetch } = useWaste('kind,day');
  const rows = data?.rows.filter((row) => approximateMoney(worth(row)) > 0);
  const kinds = WASTE_KINDS.filter((kind) => rows?.some(({ key }) => key['kind'] === kind));
  const colors = seriesColors(kinds);
  const chart: ChartData | undefined = rows && {
    series: kinds.map((kind) => ({ key: kind, label: text(`waste.kind.${kind}`), color: colors.get(kind) ?? '' })),
    points: pointsOf(rows, { days: labelsOf(range, zone), kinds, worth }),
  };
  return (
    <ChartPanel
      title={text('waste.overTime')}
      data={chart}
      error={error}
      onRetry={() => void refetch()}
      height={HEIGHT}
    >
      {chart !== undefined && (
        <>
          <StackedBars
            {...chart}
            label={text('waste.overTime')}
            height={HEIGHT}
            formatTick={(value) => formatMoney({ amount: value.toFixed(12), currency: 'USD' })}
          />
          <Legend series={chart.series} />
        </>
      )}
    </ChartPanel>
  );
}

function Legend({ series }: Pick<ChartData, 'series'>) {
  return (
    <Box component="ul" sx={LEGEND}>
      {series.map(({ key, label, color }) => (
        <li key={key}>
          <Box aria-hidden sx={{ width: 9, height: 9, borderRadius: 0.5 }} style={{ background: color }} />
          {label}
        </li>
      ))}
    </Box>
  );
}

const LEGEND = {
  listStyle: 'none',
  m: 0,
  mt: 3,
  p: 0,
  display: 'flex',
  flexWrap: 'wrap',
  columnGap: 6,
  rowGap: 1.5,
  fontSize: '0.8125rem',
  '& li': { display: 'flex', alignItems: 'center', gap: 2 },
} as const;

interface Parts {
  readonly days: readonly string[];
  readonly kinds: readonly string[];
  readonly worth: (row: WasteRow) => WasteRow['charged'];
}

function pointsOf(rows: readonly WasteRow[], { days, kinds, worth }: Parts): ChartData['points'] {
  const today = new Date().toISOString().slice(0, 10);
  return days.map((day) => {
    const amounts = kinds.map((kind) => {
      const those = rows.filter(({ key }) => key['day'] === day && key['kind'] === kind);
      return [kind, sumMoney(those.map(worth))] as const;
    });
    return {
      label: day.slice(5),
      complete: day < today,
      values: Object.fromEntries(amounts.map(([kind, amount]) => [kind, approximateMoney(amount)])),
      texts: Object.fromEntries(amounts.map(([kind, amount]) => [kind, formatMoney(amount)])),
      exact: Object.fromEntries(amounts.map(([kind, amount]) => [kind, amount.amount])),
    };
  });
}

function labelsOf(range: TimeRange, zone: string): readonly string[] {
  const { first, last } = daysOf(range, zone);
  const labels: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) {
    labels.push(new Date(at).toISOString().slice(0, 10));
  }
  return labels;
}
