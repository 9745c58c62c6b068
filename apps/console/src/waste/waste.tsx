import { Box, Skeleton, Stack } from '@mui/material';
import { WASTE_KINDS, type WasteKind } from '@tollgate/domain';
import type { ReactNode } from 'react';
import { useKeyNames } from '../api/use-key-names.js';
import { Count, Money } from '../figures/figures.js';
import { approximateMoney } from '../figures/format-money.js';
import { formatShare } from '../figures/format-quantities.js';
import { useText } from '../i18n/use-text.js';
import { RangePicker } from '../layout/range-picker.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { figureRow } from '../page/figure-row.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { useWaste, useWorth, type WasteRow } from './use-waste.js';
import { WasteChart } from './waste-chart.js';

const SHOWN = 10;
/** Requests that ended so are what was wasted; of others the waste stands on the request's page. */
const OUTCOMES: Partial<Record<WasteKind, string>> = {
  client_left: 'client_left_mid_stream',
  cut_stream: 'upstream_cut_mid_stream',
  timed_out: 'gateway_timeout',
  failed_attempt: 'upstream_failed',
};

/** Money that bought nothing, and what to do about it. */
export default function Waste() {
  const text = useText();
  const { data, error, refetch } = useWaste('kind');
  if (error !== null && data === undefined) {
    return (
      <Page title={text('waste.title')} actions={<RangePicker />}>
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  return (
    <Page title={text('waste.title')} actions={<RangePicker />}>
      {data?.rows.length === 0 ? (
        <Frame>
          <EmptyNotice title={text('waste.nothing')}>{text('waste.nothingHint')}</EmptyNotice>
        </Frame>
      ) : (
        <Stack sx={{ gap: 4 }}>
          <Headline />
          <WasteChart />
          <KindTable rows={data?.rows} />
          <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: '1fr 1fr' } }}>
            <ModelTable />
            <KeyTable />
          </Box>
        </Stack>
      )}
    </Page>
  );
}

function Headline() {
  const text = useText();
  const { data } = useWaste('kind');
  const spent = data === undefined ? 0 : approximateMoney(data.spent);
  const charged = data === undefined ? 0 : approximateMoney(data.total.charged);
  const cost = data?.total.cost;
  return (
    <Box
      sx={{
        ...figureRow(`repeat(${cost === undefined ? 3 : 4}, minmax(0, 1fr))`),
        // no hole where four do not fill two columns
        ...(cost === undefined ? {} : { '& > :last-of-type': { gridColumn: { xs: '1 / -1', md: 'auto' } } }),
      }}
    >
      <Figure label={text('waste.total')} hint={text('waste.totalHint')}>
        {data && <Money value={data.total.charged} />}
      </Figure>
      <Figure label={text('waste.share')}>{data && (spent === 0 ? '0 %' : formatShare(charged / spent))}</Figure>
      <Figure label={text('waste.events')}>{data && <Count value={data.total.events} />}</Figure>
      {cost !== undefined && (
        <Figure label={text('waste.cost')}>
          <Money value={cost} />
        </Figure>
      )}
    </Box>
  );
}

interface FigureProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: ReactNode;
}

function Figure({ label, hint, children }: FigureProps) {
  return (
    <Box sx={{ p: 4, bgcolor: 'background.paper', minWidth: 0 }}>
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{label}</Box>
      <Box sx={{ fontSize: '1.375rem', fontWeight: 600, letterSpacing: '-0.02em', lineHeight: 1.3, my: 0.5 }}>
        {children ?? <Skeleton width="60%" />}
      </Box>
      {hint !== undefined && <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{hint}</Box>}
    </Box>
  );
}

function useMoneyColumns(): readonly Column<WasteRow>[] {
  const text = useText();
  const worth = useWorth();
  return [
    {
      key: 'events',
      label: text('waste.events'),
      numeric: true,
      from: 'sm',
      render: ({ events }) => <Count value={events} />,
    },
    { key: 'money', label: text('waste.total'), numeric: true, render: (row) => <Money value={worth(row)} /> },
  ];
}

function KindTable({ rows }: { readonly rows: readonly WasteRow[] | undefined }) {
  const text = useText();
  const linkTo = useLinkTo();
  const money = useMoneyColumns();
  const kindOf = ({ key }: WasteRow): WasteKind => WASTE_KINDS.find((kind) => kind === key['kind']) ?? 'failed_attempt';
  return (
    <Panel title={text('waste.byKind')} flush>
      <DataTable
        label={text('waste.byKind')}
        rows={rows}
        rowKey={kindOf}
        rowHref={(row) => {
          const outcome = OUTCOMES[kindOf(row)];
          return outcome === undefined ? null : linkTo('/requests', { outcome });
        }}
        empty={null}
        columns={[
          { key: 'kind', label: text('waste.title'), render: (row) => text(`waste.kind.${kindOf(row)}`) },
          { key: 'todo', label: text('waste.todo'), from: 'md', render: (row) => text(`waste.advice.${kindOf(row)}`) },
          ...money,
        ]}
      />
    </Panel>
  );
}

function ModelTable() {
  const text = useText();
  const linkTo = useLinkTo();
  const money = useMoneyColumns();
  const { data, error, refetch } = useWaste('model');
  return (
    <Panel title={text('waste.byModel')} flush>
      <DataTable
        label={text('waste.byModel')}
        rows={data?.rows.slice(0, SHOWN)}
        rowKey={({ key }) => key['model'] ?? ''}
        rowHref={({ key }) => linkTo('/requests', { model: key['model'] })}
        error={error}
        onRetry={() => void refetch()}
        empty={null}
        columns={[{ key: 'model', label: text('waste.model'), render: ({ key }) => key['model'] ?? '' }, ...money]}
      />
    </Panel>
  );
}

function KeyTable() {
  const text = useText();
  const linkTo = useLinkTo();
  const money = useMoneyColumns();
  const { organization } = useScope();
  const { nameOf } = useKeyNames(organization.id);
  const { data, error, refetch } = useWaste('apiKey');
  return (
    <Panel title={text('waste.byKey')} flush>
      <DataTable
        label={text('waste.byKey')}
        rows={data?.rows.slice(0, SHOWN)}
        rowKey={({ key }) => key['apiKey'] ?? ''}
        rowHref={({ key }) => linkTo('/requests', { key: key['apiKey'] })}
        error={error}
        onRetry={() => void refetch()}
        empty={null}
        columns={[{ key: 'key', label: text('waste.key'), render: ({ key }) => nameOf(key['apiKey'] ?? '') }, ...money]}
      />
    </Panel>
  );
}
