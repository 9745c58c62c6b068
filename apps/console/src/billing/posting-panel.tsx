import { Box } from '@mui/material';
import type { ManualPosting } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { Ago, Money } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';

const ROWS = 25;

/** What people posted to the organization. */
export function PostingPanel() {
  const text = useText();
  const linkTo = useLinkTo();
  const { organization } = useScope();
  const { rows, error, hasNextPage, refetch } = useList('manual-postings', {
    filter: { organizationId: organization.id },
    page: usePageNumber(),
    perPage: ROWS,
  });
  const hrefOf = ({ ledgerTransactionId, creditGrantId }: ManualPosting): string | null => {
    if (ledgerTransactionId !== null) return linkTo(`/charges/${ledgerTransactionId}`);
    return creditGrantId === null ? null : linkTo(`/credit-grants/${creditGrantId}/show`);
  };
  return (
    <Panel title={text('billing.postings')} hint={text('billing.postingsHint')} flush>
      <DataTable
        label={text('billing.postings')}
        rows={rows}
        rowKey={({ id }) => id}
        rowHref={hrefOf}
        error={error}
        onRetry={refetch}
        empty={<EmptyNotice title={text('billing.postingsEmptyTitle')}>{text('billing.postingsEmpty')}</EmptyNotice>}
        columns={[
          { key: 'kind', label: text('billing.postKind'), render: ({ kind }) => text(`billing.kindShort.${kind}`) },
          { key: 'reason', label: text('billing.postReason'), from: 'sm', render: ({ reason }) => reason },
          {
            key: 'state',
            label: text('billing.stateName'),
            from: 'md',
            render: (posting) => <StateCell posting={posting} />,
          },
          { key: 'booked', label: text('billing.booked'), render: ({ requestedAt }) => <Ago instant={requestedAt} /> },
          {
            key: 'amount',
            label: text('billing.amount'),
            numeric: true,
            render: ({ amount }) => <Money value={amount} />,
          },
        ]}
      />
      <Pager hasNextPage={hasNextPage} />
    </Panel>
  );
}

function StateCell({ posting }: { readonly posting: ManualPosting }) {
  const text = useText();
  const { state, requestedBy, requestedByName, decidedBy, decidedByName, decisionReason } = posting;
  const who = requestedByName ?? requestedBy;
  const notes = [
    who,
    ...(decidedBy === null ? [] : [text('billing.decidedBy', { who: decidedByName ?? decidedBy })]),
    ...(decisionReason === null ? [] : [decisionReason]),
  ];
  return (
    <>
      {text(`billing.postingState.${state}`)}
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{notes.join(' · ')}</Box>
    </>
  );
}
