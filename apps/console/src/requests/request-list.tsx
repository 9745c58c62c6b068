import { Button, Box } from '@mui/material';
import type { RequestSummary } from '@tollgate/wire';
import { useKeyNames } from '../api/use-key-names.js';
import { useList } from '../api/use-list.js';
import { Ago, Count, Duration, Money, NOTHING } from '../figures/figures.js';
import { OutcomeMark } from '../figures/outcome-mark.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { useText, type Text } from '../i18n/use-text.js';
import { RangePicker } from '../layout/range-picker.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { WayButton } from '../page/way-button.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { RequestFilters } from './request-filters.js';
import { useRequestFilter } from './use-request-filter.js';

const ROWS = 50;

export default function RequestList() {
  const text = useText();
  const linkTo = useLinkTo();
  const { organization } = useScope();
  const { nameOf } = useKeyNames(organization.id);
  const { filter, isFiltered, clear } = useRequestFilter();
  const { rows, error, hasNextPage, refetch } = useList('requests', { filter, page: usePageNumber(), perPage: ROWS });
  const empty = isFiltered ? (
    <EmptyNotice
      title={text('requests.noneTitle')}
      action={
        <Button variant="outlined" onClick={clear}>
          {text('page.clear')}
        </Button>
      }
    >
      {text('requests.none')}
    </EmptyNotice>
  ) : (
    <EmptyNotice
      title={text('requests.emptyTitle')}
      action={
        <WayButton to="/keys/create" operation="createApiKey">
          {text('requests.emptyAction')}
        </WayButton>
      }
    >
      {text('requests.empty')}
    </EmptyNotice>
  );
  return (
    <Page title={text('requests.title')} actions={<RangePicker />}>
      <RequestFilters />
      <Frame>
        <DataTable
          label={text('requests.table')}
          columns={columnsOf(text, nameOf)}
          rows={rows}
          rowKey={({ id }) => id}
          rowHref={({ id }) => linkTo(`/requests/${id}/show`)}
          error={error}
          onRetry={refetch}
          empty={empty}
          skeletonRows={14}
        />
        <Pager hasNextPage={hasNextPage} />
      </Frame>
    </Page>
  );
}

function columnsOf(text: Text, nameOf: (id: string) => string): readonly Column<RequestSummary>[] {
  return [
    { key: 'model', label: text('requests.model'), render: (request) => <ModelCell request={request} /> },
    {
      key: 'outcome',
      label: text('requests.outcome'),
      from: 'sm',
      render: ({ outcome, errorCode }) => <OutcomeMark outcome={outcome} code={errorCode} />,
    },
    { key: 'key', label: text('requests.key'), from: 'md', render: ({ apiKeyId }) => nameOf(apiKeyId) },
    { key: 'provider', label: text('requests.provider'), from: 'lg', render: ({ provider }) => provider ?? NOTHING },
    {
      key: 'tokens',
      label: text('requests.tokens'),
      numeric: true,
      from: 'md',
      render: ({ inputTokens, outputTokens }) => (
        <>
          <Count value={inputTokens} /> / <Count value={outputTokens} />
        </>
      ),
    },
    {
      key: 'first',
      label: text('requests.firstToken'),
      numeric: true,
      from: 'lg',
      render: ({ firstTokenMs }) => <Duration ms={firstTokenMs} />,
    },
    {
      key: 'time',
      label: text('requests.total'),
      numeric: true,
      from: 'sm',
      render: ({ totalMs }) => <Duration ms={totalMs} />,
    },
    {
      key: 'cost',
      label: text('requests.cost'),
      numeric: true,
      render: (request) =>
        request.ratingState === 'unpriced' ? text('requests.unpriced') : <Money value={request.cost} />,
    },
    {
      key: 'when',
      label: text('requests.when'),
      numeric: true,
      render: ({ occurredAt }) => <Ago instant={occurredAt} />,
    },
  ];
}

function ModelCell({ request }: { readonly request: RequestSummary }) {
  return (
    <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
      {request.requestedModel || NOTHING} {request.simulated && <SimulatedTag />}
      <Box sx={{ display: { sm: 'none' }, fontWeight: 400, fontSize: '0.75rem', color: 'text.secondary' }}>
        <OutcomeMark outcome={request.outcome} code={request.errorCode} />
      </Box>
    </Box>
  );
}
