import { Box, MenuItem, TextField } from '@mui/material';
import { LEDGER_TRANSACTION_KINDS } from '@tollgate/domain';
import type { LedgerTransaction } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { Ago, Money } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo, useUrlState } from '../url/use-url-state.js';

const ROWS = 20;
const MINUTE_MS = 60_000;

/** Everything that was posted, newest first. */
export function TransactionPanel() {
  const text = useText();
  const linkTo = useLinkTo();
  const { get } = useUrlState();
  const { organization } = useScope();
  const { rows, error, hasNextPage, refetch } = useList('ledger-transactions', {
    filter: {
      organizationId: organization.id,
      kind: LEDGER_TRANSACTION_KINDS.find((known) => known === get('kind')),
      ...minuteOf(get('from')),
    },
    page: usePageNumber(),
    perPage: ROWS,
  });
  return (
    <Panel title={text('ledger.transactions')} hint={text('ledger.transactionsHint')} actions={<KindSelect />} flush>
      <DataTable
        label={text('ledger.transactions')}
        rows={rows}
        rowKey={({ id }) => id}
        rowHref={({ id }) => linkTo(`/ledger/${id}/show`)}
        error={error}
        onRetry={refetch}
        empty={<EmptyNotice title={text('ledger.noTransactionsTitle')}>{text('ledger.noTransactions')}</EmptyNotice>}
        columns={[
          {
            key: 'kind',
            label: text('ledger.kindName'),
            render: (transaction) => <KindCell transaction={transaction} />,
          },
          { key: 'reason', label: text('ledger.reason'), from: 'md', render: ({ reason }) => reason },
          {
            key: 'period',
            label: text('ledger.period'),
            from: 'sm',
            render: ({ accountingPeriod }) => accountingPeriod,
          },
          { key: 'booked', label: text('ledger.booked'), render: ({ bookedAt }) => <Ago instant={bookedAt} /> },
          {
            key: 'amount',
            label: text('ledger.amount'),
            numeric: true,
            render: ({ amount }) => <Money value={amount} />,
          },
        ]}
      />
      <Pager hasNextPage={hasNextPage} />
    </Panel>
  );
}

/** What counts from an instant that is to come is in the books already, and marked. */
function KindCell({ transaction: { kind, bookedAt } }: { readonly transaction: LedgerTransaction }) {
  const text = useText();
  return (
    <>
      {text(`ledger.kind.${kind}`)}
      {Date.parse(bookedAt) > Date.now() && (
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', fontWeight: 400 }}>{text('ledger.bookedAhead')}</Box>
      )}
    </>
  );
}

/** The booking minute of a request leads to the transaction that it was sealed into. */
function minuteOf(from: string | null): { readonly from?: string; readonly to?: string } {
  const start = Date.parse(from ?? '');
  if (Number.isNaN(start)) return {};
  return { from: new Date(start).toISOString(), to: new Date(start + MINUTE_MS).toISOString() };
}

const ALL = 'all';

function KindSelect() {
  const text = useText();
  const { get, set } = useUrlState();
  return (
    <TextField
      select
      value={LEDGER_TRANSACTION_KINDS.find((known) => known === get('kind')) ?? ALL}
      onChange={({ target }) => set({ kind: target.value === ALL ? null : target.value, from: null })}
      sx={{ width: 'auto', '& .MuiSelect-select': { py: 1, fontSize: '0.8125rem' } }}
      slotProps={{ htmlInput: { 'aria-label': text('ledger.kindName') } }}
    >
      <MenuItem value={ALL}>{text('page.all')}</MenuItem>
      {LEDGER_TRANSACTION_KINDS.map((kind) => (
        <MenuItem key={kind} value={kind}>
          {text(`ledger.kind.${kind}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}
