import { Alert, Box, Button, LinearProgress, Stack, Typography } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PriceBookDraft, PricePreview, PricePreviewLine } from '@tollgate/wire';
import { ApiError } from '../api/api-error.js';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { Count, Money } from '../figures/figures.js';
import { approximateMoney } from '../figures/format-money.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useNames } from './price-words.js';

const REFETCH_MS = 1_000;
const NOT_FOUND = 404;
const isUnderWay = (preview: PricePreview | undefined): boolean =>
  preview?.state === 'requested' || preview?.state === 'running';

/** What a draft would have meant for the real usage of the last 30 days. */
export function PreviewPanel({ draft }: { readonly draft: PriceBookDraft }) {
  const text = useText();
  const { mayCall } = useMe();
  const queryClient = useQueryClient();
  const request = { params: { priceDraftId: draft.id } };
  const first = useOperation('readPricePreview', request);
  const watched = useOperation('readPricePreview', request, { refetchMs: isUnderWay(first.data) ? REFETCH_MS : false });
  const { mutate, isPending } = useMutation({
    mutationFn: async (operation: 'requestPricePreview' | 'cancelPricePreview') => {
      await callOperation(operation, request);
      await queryClient.invalidateQueries();
    },
  });
  const preview = watched.data;
  const isNew = first.error instanceof ApiError && first.error.status === NOT_FOUND;
  const mayTry = mayCall('requestPricePreview') && (draft.state === 'open' || draft.state === 'scheduled');
  const action = isUnderWay(preview) ? (
    <Button size="small" onClick={() => mutate('cancelPricePreview')}>
      {text('prices.stop')}
    </Button>
  ) : (
    mayTry && (
      <Button size="small" variant="outlined" loading={isPending} onClick={() => mutate('requestPricePreview')}>
        {text('prices.tryIt')}
      </Button>
    )
  );
  return (
    <Panel title={text('prices.preview')} hint={text('prices.previewHint')} actions={action} flush>
      {preview === undefined || isNew ? (
        <EmptyNotice title={text('prices.previewNone')}>{text('prices.previewNoneHint')}</EmptyNotice>
      ) : (
        <Preview preview={preview} isStale={preview.draftVersion !== draft.version && draft.state === 'open'} />
      )}
    </Panel>
  );
}

function Preview({ preview, isStale }: { readonly preview: PricePreview; readonly isStale: boolean }) {
  const text = useText();
  const { progress, etaSeconds, failure, totals } = preview;
  const percent = Math.round(progress * 100);
  return (
    <>
      {isUnderWay(preview) && (
        <Box sx={{ px: 4, pb: 3 }} role="status">
          <LinearProgress variant="determinate" value={percent} aria-label={text('prices.preview')} />
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {text('prices.running', { percent })}
            {etaSeconds !== null && text('prices.eta', { seconds: etaSeconds })}
          </Typography>
        </Box>
      )}
      {isStale && (
        <Alert severity="info" sx={{ mx: 4, mb: 3 }}>
          {text('prices.stale')}
        </Alert>
      )}
      {failure !== null && (
        <Alert severity="error" sx={{ mx: 4, mb: 3 }}>
          {failure}
        </Alert>
      )}
      <Stack direction="row" sx={{ gap: { xs: 4, sm: 8 }, px: 4, pb: 4, flexWrap: 'wrap' }}>
        <Figure label={text('prices.now')} value={<Money value={totals.billedNow} />} />
        <Figure label={text('prices.then')} value={<Money value={totals.billedThen} />} />
        <Figure label={text('prices.difference')} value={<Money value={totals.difference} />} />
        <Figure label={text('prices.margin')} value={<MarginChange line={totals} />} />
      </Stack>
      <PreviewTable lines={preview.lines} />
    </>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: React.ReactNode }) {
  return (
    <Box>
      <Typography variant="caption" sx={{ color: 'text.secondary' }}>
        {label}
      </Typography>
      <Box sx={{ fontSize: '1.125rem', fontWeight: 600, fontVariantNumeric: 'tabular-nums' }}>{value}</Box>
    </Box>
  );
}

type Sums = PricePreview['totals'];

/** Share of the bill that is left after what it costs us; null without a bill. */
function marginOf(billed: Sums['billedNow'], cost: Sums['billedNow']): number | null {
  const amount = approximateMoney(billed);
  return amount === 0 ? null : (amount - approximateMoney(cost)) / amount;
}

function MarginChange({ line }: { readonly line: Sums }) {
  const text = useText();
  const now = marginOf(line.billedNow, line.providerCostNow);
  const then = marginOf(line.billedThen, line.providerCostThen);
  const told = (margin: number | null): string => (margin === null ? '–' : `${(margin * 100).toFixed(1)} %`);
  const isBelow = then !== null && then < 0;
  return (
    <Box component="span" sx={isBelow ? { color: 'error.main' } : {}}>
      {told(now)} → {told(then)}
      {isBelow && <Box sx={{ fontSize: '0.75rem', fontWeight: 400 }}>▼ {text('prices.belowCost')}</Box>}
    </Box>
  );
}

function PreviewTable({ lines }: { readonly lines: readonly PricePreviewLine[] }) {
  const text = useText();
  const nameOf = useNames();
  const most = Math.max(...lines.map(({ difference }) => Math.abs(approximateMoney(difference))), 0);
  const columns = columnsOf(text, { nameOf, most });
  return (
    <DataTable
      label={text('prices.preview')}
      columns={columns}
      rows={lines}
      rowKey={({ organizationId, provider, model }) => `${organizationId} ${provider} ${model}`}
      empty={<EmptyNotice title={text('prices.noChanges')}>{text('prices.previewNoneHint')}</EmptyNotice>}
    />
  );
}

interface Named {
  readonly nameOf: (id: string) => string;
  /** The greatest difference, which is the whole width. */
  readonly most: number;
}

function columnsOf(text: Text, { nameOf, most }: Named) {
  return [
    {
      key: 'organization',
      label: text('prices.organization'),
      render: ({ organizationId }: PricePreviewLine) => nameOf(organizationId),
    },
    {
      key: 'model',
      label: text('prices.model'),
      render: ({ model, unpriced }: PricePreviewLine) => (
        <>
          {model}
          {unpriced > 0 && (
            <Box sx={{ fontSize: '0.75rem', color: 'error.main' }}>
              {text('prices.unpricedThen', { count: unpriced })}
            </Box>
          )}
        </>
      ),
    },
    {
      key: 'requests',
      label: text('prices.requests'),
      numeric: true,
      from: 'md' as const,
      render: ({ requests }: PricePreviewLine) => <Count value={requests} />,
    },
    {
      key: 'now',
      label: text('prices.now'),
      numeric: true,
      from: 'sm' as const,
      render: ({ billedNow }: PricePreviewLine) => <Money value={billedNow} />,
    },
    {
      key: 'then',
      label: text('prices.then'),
      numeric: true,
      from: 'sm' as const,
      render: ({ billedThen }: PricePreviewLine) => <Money value={billedThen} />,
    },
    {
      key: 'difference',
      label: text('prices.paysMore'),
      render: ({ difference }: PricePreviewLine) => <DifferenceBar difference={difference} most={most} />,
    },
    {
      key: 'margin',
      label: text('prices.margin'),
      numeric: true,
      from: 'md' as const,
      render: (line: PricePreviewLine) => <MarginChange line={line} />,
    },
  ];
}

/** From zero: to the right who pays more, hatched who pays less. */
function DifferenceBar({ difference, most }: { readonly difference: Sums['difference']; readonly most: number }) {
  const amount = approximateMoney(difference);
  const width = most === 0 ? 0 : (Math.abs(amount) / most) * 100;
  const paysLess = amount < 0;
  return (
    <Stack direction="row" sx={{ alignItems: 'center', gap: 2, minWidth: { xs: 80, sm: 180 } }}>
      <Box sx={{ flex: 1, height: 8, display: { xs: 'none', sm: 'block' } }} aria-hidden>
        <Box
          sx={{
            width: `${width}%`,
            height: 8,
            borderRadius: 0.5,
            ...(paysLess ? { border: '1px solid', borderColor: 'text.disabled' } : { bgcolor: 'primary.main' }),
          }}
        />
      </Box>
      <Box sx={{ fontVariantNumeric: 'tabular-nums', textAlign: 'right', minWidth: 64 }}>
        {amount > 0 && '+'}
        <Money value={difference} />
      </Box>
    </Stack>
  );
}
