import { Box, MenuItem, TextField } from '@mui/material';
import { lazy } from 'react';
import { Link } from 'react-router-dom';
import { ChartPanel } from '../charts/chart-panel.js';
import { Money } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { useUrlState } from '../url/use-url-state.js';
import { type SpendLayer, useSpendLayers } from './use-spend-layers.js';
import { SPLIT_TEXTS, SPLITS } from './split.js';

const StackedBars = lazy(() => import('../charts/stacked-bars.js'));

const HEIGHT = 240;

/** What was spent, span by span, and on what; of one key where one is named. */
export function SpendChart({ apiKeyId }: { readonly apiKeyId?: string }) {
  const text = useText();
  const { data, layers, error, refetch } = useSpendLayers(apiKeyId);
  const isRunning = data?.points.some(({ complete }) => !complete) ?? false;
  return (
    <ChartPanel
      title={text('overview.spendOverTime')}
      hint={isRunning ? text('overview.incomplete') : undefined}
      actions={apiKeyId === undefined ? <SplitSelect /> : undefined}
      data={data}
      error={error}
      onRetry={refetch}
      height={HEIGHT + 56}
    >
      {data !== undefined && layers.length === 0 ? (
        <EmptyNotice title={text('overview.noSpend')}>{text('overview.noSpendHint')}</EmptyNotice>
      ) : (
        data !== undefined && (
          <>
            <StackedBars
              {...data}
              label={text('overview.spendOverTime')}
              height={HEIGHT}
              formatTick={(value) => formatMoney({ amount: value.toFixed(12), currency: 'USD' })}
            />
            <Layers layers={layers} />
          </>
        )
      )}
    </ChartPanel>
  );
}

function SplitSelect() {
  const text = useText();
  const { get, set } = useUrlState();
  const split = SPLITS.find((name) => name === get('split')) ?? 'model';
  return (
    <TextField
      select
      value={split}
      onChange={({ target }) => set({ split: target.value === 'model' ? null : target.value })}
      sx={{ width: 'auto', '& .MuiSelect-select': { py: 1, fontSize: '0.8125rem' } }}
      slotProps={{ htmlInput: { 'aria-label': text('overview.by') } }}
    >
      {SPLITS.map((name) => (
        <MenuItem key={name} value={name}>
          {text(SPLIT_TEXTS[name])}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** The names of the layers with their sums, each leading to the requests behind it. */
function Layers({ layers }: { readonly layers: readonly SpendLayer[] }) {
  return (
    <Box component="ul" sx={LEGEND}>
      {layers.map(({ key, label, color, total, href }) => (
        <Box component="li" key={key}>
          <Box
            aria-hidden
            sx={{ width: 9, height: 9, borderRadius: 0.5, flexShrink: 0 }}
            style={{ background: color }}
          />
          <Box sx={{ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={label}>
            {href === null ? label : <Link to={href}>{label}</Link>}
          </Box>
          <Box sx={{ ml: 'auto', pl: 2, fontWeight: 500 }}>
            <Money value={total} />
          </Box>
        </Box>
      ))}
    </Box>
  );
}

const LEGEND = {
  listStyle: 'none',
  m: 0,
  mt: 3,
  p: 0,
  display: 'grid',
  gridTemplateColumns: 'repeat(auto-fill, minmax(190px, 1fr))',
  columnGap: 6,
  rowGap: 1.5,
  fontSize: '0.8125rem',
  '& li': { display: 'flex', alignItems: 'center', gap: 2, minWidth: 0 },
  '& a': { color: 'inherit', textDecoration: 'none' },
  '& a:hover': { textDecoration: 'underline' },
} as const;
