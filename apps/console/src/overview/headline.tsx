import { Box, Skeleton } from '@mui/material';
import type { UsageValues } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { Sparkline } from '../charts/sparkline.js';
import { approximateMoney } from '../figures/format-money.js';
import { formatShare } from '../figures/format-quantities.js';
import { formatInstant } from '../figures/format-times.js';
import { Count, Duration, Money, NOTHING } from '../figures/figures.js';
import { type Text, useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { figureRow } from '../page/figure-row.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { countOf, errorRateOf, latencyOf, moneyOf } from './usage-values.js';
import type { OverviewUsage } from './use-overview-usage.js';

interface Figure {
  readonly label: string;
  readonly value: (values: UsageValues) => ReactNode;
  /** For the sparkline and the comparison. */
  readonly size: (values: UsageValues) => number | null;
  readonly href: string;
  /** Compared in percentage points: a percentage of a percentage is misread. */
  readonly isShare?: boolean;
  readonly hint?: string | undefined;
}

/** The five figures that answer "is all well", each against the span before. */
export function Headline({ usage }: { readonly usage: OverviewUsage }) {
  const text = useText();
  const { zone } = useScope();
  const figures = useFigures(usage);
  const { current, total, points, before, hadNone, previous } = usage;
  if (current.error !== null && total === undefined) {
    return <ErrorNotice error={current.error} onRetry={() => void current.refetch()} />;
  }
  const compared = text('overview.compared', {
    from: formatInstant(previous.from, zone),
    to: formatInstant(previous.to, zone),
  });
  return (
    <Box sx={{ gridColumn: '1 / -1' }}>
      <Box sx={ROW}>
        {figures.map((figure) => (
          <Box key={figure.label} component={Link} to={figure.href} sx={CELL}>
            <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{figure.label}</Box>
            <Box sx={{ fontSize: '1.375rem', fontWeight: 600, letterSpacing: '-0.02em', lineHeight: 1.3, my: 0.5 }}>
              {total === undefined ? <Skeleton width="60%" /> : figure.value(total)}
            </Box>
            <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', minHeight: 18, mb: 2 }} title={compared}>
              {total !== undefined && (
                <Change
                  now={figure.size(total)}
                  before={before && figure.size(before)}
                  isShare={figure.isShare ?? false}
                />
              )}
              {figure.hint !== undefined && <div>{figure.hint}</div>}
            </Box>
            <Box sx={{ mt: 'auto' }}>
              <Sparkline values={points.map((values) => values && figure.size(values))} />
            </Box>
          </Box>
        ))}
      </Box>
      {hadNone && (
        <Box component="p" sx={{ color: 'text.secondary', fontSize: '0.75rem', m: 0, mt: 2 }}>
          {text('overview.noPrevious')}
        </Box>
      )}
    </Box>
  );
}

function useFigures({ total }: OverviewUsage): readonly Figure[] {
  const text = useText();
  const linkTo = useLinkTo();
  const requests = linkTo('/requests');
  return [
    {
      label: text('overview.spend'),
      value: (values) => <Money value={moneyOf(values, 'cost')} />,
      size: (values) => approximateMoney(moneyOf(values, 'cost')),
      href: requests,
    },
    {
      label: text('overview.requests'),
      value: (values) => <Count value={countOf(values, 'requests')} />,
      size: (values) => countOf(values, 'requests'),
      href: requests,
    },
    {
      label: text('overview.tokens'),
      value: (values) => <Count value={countOf(values, 'tokens')} />,
      size: (values) => countOf(values, 'tokens'),
      href: requests,
      hint: total === undefined ? undefined : cacheHint(total, text),
    },
    {
      label: text('overview.latency'),
      value: (values) => <Duration ms={latencyOf(values, 'latencyP95')} />,
      size: (values) => latencyOf(values, 'latencyP95'),
      href: requests,
    },
    {
      label: text('overview.errorRate'),
      value: (values) => (errorRateOf(values) === null ? NOTHING : formatShare(errorRateOf(values) ?? 0)),
      size: errorRateOf,
      isShare: true,
      href: linkTo('/requests', { outcome: 'failed' }),
    },
  ];
}

function cacheHint(total: UsageValues, text: Text): string | undefined {
  const input = countOf(total, 'inputTokens');
  const cached = countOf(total, 'cacheReadTokens');
  return input === 0 || cached === 0 ? undefined : text('overview.cacheShare', { share: formatShare(cached / input) });
}

interface ChangeProps {
  readonly now: number | null;
  readonly before: number | null | undefined;
  readonly isShare: boolean;
}

function Change({ now, before, isShare }: ChangeProps) {
  const text = useText();
  if (now === null || before == null || (before === 0 && !isShare)) return null;
  const change = isShare ? now - before : now / before - 1;
  if (Math.abs(change) < 0.0005) return <>{text('overview.same')}</>;
  return (
    <>
      <span aria-hidden>{change > 0 ? '↑ ' : '↓ '}</span>
      {text(change > 0 ? 'overview.more' : 'overview.less', { change: sizeOf(change, isShare, text) })}
    </>
  );
}

function sizeOf(change: number, isShare: boolean, text: Text): string {
  if (isShare) return text('overview.points', { points: (Math.abs(change) * 100).toFixed(2) });
  return change >= 10 ? `${Math.round(change + 1)} ×` : formatShare(Math.abs(change));
}

const ROW = figureRow('repeat(5, minmax(0, 1fr))');

const CELL = {
  display: 'flex',
  flexDirection: 'column',
  p: 4,
  minWidth: 0,
  bgcolor: 'background.paper',
  color: 'inherit',
  textDecoration: 'none',
  '&:hover': { bgcolor: 'background.default' },
  '&:focus-visible': { outlineOffset: -2 },
} as const;
