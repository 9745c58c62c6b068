import { Box } from '@mui/material';
import type { LatencyMeasure } from '@tollgate/wire';
import { lazy, useMemo } from 'react';
import type { ChartData, ChartPoint, ChartSeries } from '../charts/chart-data.js';
import { ChartPanel } from '../charts/chart-panel.js';
import { formatDuration } from '../figures/format-quantities.js';
import { formatBucket } from '../figures/format-times.js';
import { NOTHING } from '../figures/figures.js';
import { useText, type TextKey } from '../i18n/use-text.js';
import { useScope } from '../url/scope.js';
import { latencyOf } from './usage-values.js';
import { bucketOf, type OverviewUsage } from './use-overview-usage.js';

const LinePlot = lazy(() => import('../charts/line-plot.js'));

const HEIGHT = 240;

interface LatencyLine extends Omit<ChartSeries, 'label' | 'key'> {
  readonly key: LatencyMeasure;
  readonly text: TextKey;
}

/** Dark to light for the whole answer; dashed for its beginning. */
const LINES: readonly LatencyLine[] = [
  { key: 'latencyP50', text: 'overview.p50', color: '#7fb0ea' },
  { key: 'latencyP95', text: 'overview.p95', color: '#3b7dd8' },
  { key: 'latencyP99', text: 'overview.p99', color: '#8a6fc9' },
  { key: 'firstTokenP50', text: 'overview.firstTokenP50', color: '#f0b357', dashed: true },
  { key: 'firstTokenP95', text: 'overview.firstTokenP95', color: '#cf5a2c', dashed: true },
];

export function LatencyChart({ usage }: { readonly usage: OverviewUsage }) {
  const text = useText();
  const data = useLatencyData(usage);
  const { error, refetch } = usage.current;
  return (
    <ChartPanel
      title={text('overview.latencyOverTime')}
      data={data}
      error={error}
      onRetry={() => void refetch()}
      height={HEIGHT + 56}
    >
      {data !== undefined && (
        <>
          <LinePlot {...data} label={text('overview.latencyOverTime')} height={HEIGHT} formatTick={formatDuration} />
          <Box component="ul" sx={LEGEND}>
            {data.series.map(({ key, label, color, dashed = false }) => (
              <li key={key}>
                <Box
                  aria-hidden
                  sx={{ width: 14, height: 0 }}
                  style={{ borderTop: `2px ${dashed ? 'dashed' : 'solid'} ${color}` }}
                />
                {label}
              </li>
            ))}
          </Box>
        </>
      )}
    </ChartPanel>
  );
}

function useLatencyData({ current, points }: OverviewUsage): ChartData | undefined {
  const text = useText();
  const scope = useScope();
  const bucket = bucketOf(scope);
  const answer = current.data;
  return useMemo(() => {
    if (answer === undefined) return undefined;
    const series = LINES.map(({ text: label, ...line }) => ({ ...line, label: text(label) }));
    return {
      series,
      points: answer.buckets.map((span, index): ChartPoint => {
        const values = LINES.map(({ key }) => [key, latencyOf(points[index] ?? {}, key)] as const);
        return {
          label: formatBucket(span.startsAt, scope.zone, bucket),
          complete: span.complete,
          values: Object.fromEntries(values),
          texts: Object.fromEntries(values.map(([key, ms]) => [key, ms === null ? NOTHING : formatDuration(ms)])),
          exact: Object.fromEntries(values.map(([key, ms]) => [key, ms === null ? '' : String(ms)])),
        };
      }),
    };
  }, [answer, points, bucket, scope.zone, text]);
}

const LEGEND = {
  listStyle: 'none',
  m: 0,
  mt: 3,
  p: 0,
  display: 'flex',
  flexWrap: 'wrap',
  columnGap: 5,
  rowGap: 1.5,
  fontSize: '0.8125rem',
  '& li': { display: 'flex', alignItems: 'center', gap: 2 },
} as const;
