import { Alert, Button, LinearProgress, Stack, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { PriceCorrectionDetail, PriceCorrectionLine } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useParams } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { keyFor } from '../api/idempotency-keys.js';
import { useOperation } from '../api/use-operation.js';
import { Count, Money } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { useMe } from '../session/use-me.js';
import { useNames } from './price-words.js';

const REFETCH_MS = 1_000;
const UNDER_WAY = ['requested', 'computing', 'posting'];

/** The difference that a right price would have made; posted only after it was seen. */
export default function CorrectionShow() {
  const { id = '' } = useParams();
  const request = { params: { priceCorrectionId: id } };
  const first = useOperation('readPriceCorrection', request);
  const isUnderWay = first.data !== undefined && UNDER_WAY.includes(first.data.state);
  const { data, error } = useOperation('readPriceCorrection', request, { refetchMs: isUnderWay ? REFETCH_MS : false });
  if (error !== null) return <ErrorNotice error={error} />;
  return data === undefined ? <PageSkeleton /> : <Correction correction={data} />;
}

function Correction({ correction }: { readonly correction: PriceCorrectionDetail }) {
  const text = useText();
  const { mayCall } = useMe();
  const [isPosting, setPosting] = useState(false);
  const { state, progress, etaSeconds, failure, totals, outcome } = correction;
  const percent = Math.round(progress * 100);
  const mayPost = state === 'computed' && totals.differing > 0 && mayCall('postPriceCorrection');
  const actions = mayPost && (
    <Button variant="contained" onClick={() => setPosting(true)}>
      {text('prices.post')}
    </Button>
  );
  return (
    <Page title={correction.reason} subtitle={text(`prices.correctionState.${state}`)} actions={actions}>
      <Stack sx={{ gap: 4 }}>
        {failure !== null && <Alert severity="error">{failure}</Alert>}
        {UNDER_WAY.includes(state) && (
          <div role="status">
            <LinearProgress variant="determinate" value={percent} aria-label={text('prices.correction')} />
            <Typography variant="caption" sx={{ color: 'text.secondary' }}>
              {text('prices.running', { percent })}
              {etaSeconds !== null && text('prices.eta', { seconds: etaSeconds })}
            </Typography>
          </div>
        )}
        <Panel title={text('prices.difference')}>
          <Facts
            facts={[
              [text('prices.booked'), <Money key="before" value={totals.billedBefore} />],
              [text('prices.shouldBe'), <Money key="after" value={totals.billedAfter} />],
              [text('prices.difference'), <strong key="difference">{formatMoney(totals.difference)}</strong>],
              [
                text('prices.cost'),
                <span key="cost">
                  <Money value={totals.providerCostBefore} /> → <Money value={totals.providerCostAfter} />
                </span>,
              ],
              [text('prices.events'), <Count key="events" value={totals.events} />],
              [text('prices.differing'), <Count key="differing" value={totals.differing} />],
            ]}
          />
        </Panel>
        {(state === 'posting' || state === 'posted') && outcome.length > 0 && (
          <Panel title={text('prices.outcome')}>
            <Facts
              facts={outcome.map((one) => [
                text(`prices.outcomeState.${one.state}`),
                <span key={one.state}>
                  <Count value={one.events} /> · {formatMoney(one.difference)}
                </span>,
              ])}
            />
          </Panel>
        )}
        <LinePanel lines={correction.lines} />
      </Stack>
      {isPosting && <PostQuestion correction={correction} onClose={() => setPosting(false)} />}
    </Page>
  );
}

function LinePanel({ lines }: { readonly lines: readonly PriceCorrectionLine[] }) {
  const text = useText();
  const nameOf = useNames();
  const columns = [
    {
      key: 'organization',
      label: text('prices.organization'),
      render: ({ organizationId }: PriceCorrectionLine) => nameOf(organizationId),
    },
    { key: 'model', label: text('prices.model'), render: ({ model }: PriceCorrectionLine) => model },
    {
      key: 'events',
      label: text('prices.differing'),
      numeric: true,
      from: 'md' as const,
      render: ({ differing }: PriceCorrectionLine) => <Count value={differing} />,
    },
    {
      key: 'before',
      label: text('prices.booked'),
      numeric: true,
      from: 'sm' as const,
      render: ({ billedBefore }: PriceCorrectionLine) => <Money value={billedBefore} />,
    },
    {
      key: 'after',
      label: text('prices.shouldBe'),
      numeric: true,
      from: 'sm' as const,
      render: ({ billedAfter }: PriceCorrectionLine) => <Money value={billedAfter} />,
    },
    {
      key: 'difference',
      label: text('prices.difference'),
      numeric: true,
      render: ({ difference }: PriceCorrectionLine) => <Money value={difference} />,
    },
  ];
  return (
    <Panel title={text('prices.organizations')} flush>
      <DataTable
        label={text('prices.organizations')}
        columns={columns}
        rows={lines}
        rowKey={({ organizationId, provider, model }) => `${organizationId} ${provider} ${model}`}
        empty={<EmptyNotice title={text('prices.noChanges')}>{text('prices.nothingBooked')}</EmptyNotice>}
      />
    </Panel>
  );
}

function PostQuestion({
  correction,
  onClose,
}: {
  readonly correction: PriceCorrectionDetail;
  readonly onClose: () => void;
}) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  // one key for as long as it is asked: however often it is pressed, it is posted once
  const [idempotencyKey] = useState(() => keyFor(new Map(), correction));
  const { id, totals } = correction;
  const post = async (): Promise<void> => {
    await callOperation('postPriceCorrection', { params: { priceCorrectionId: id } }, { idempotencyKey });
    await queryClient.invalidateQueries();
    notify(text('prices.posting'), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('prices.postTitle', { amount: formatMoney(totals.difference) })}
      action={text('prices.postAction')}
      onConfirm={post}
      onClose={onClose}
    >
      {text('prices.postHint', { count: totals.differing })}
    </Question>
  );
}
