import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import { Alert, Box, Button, Stack } from '@mui/material';
import { formatPicos, parsePicos } from '@tollgate/domain';
import type { BookedRequest, ExplainedTransaction, LedgerEntry } from '@tollgate/wire';
import { Link } from 'react-router-dom';
import { Ago, Money } from '../figures/figures.js';
import { formatExactMoney } from '../figures/format-money.js';
import { OutcomeMark } from '../figures/outcome-mark.js';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Facts } from '../page/facts.js';
import { Page } from '../page/page.js';
import { Panel } from '../page/panel.js';
import { WayButton } from '../page/way-button.js';
import { useLinkTo, useUrlState } from '../url/use-url-state.js';

/** What a transaction, or one entry of it, is made of. */
export function ExplainedTransactionPage({ transaction }: { readonly transaction: ExplainedTransaction }) {
  const text = useText();
  const { entry } = transaction;
  return (
    <Page
      title={text(entry === null ? 'charges.ofTransaction' : 'charges.ofEntry')}
      subtitle={<CopyText value={entry?.id ?? transaction.id} />}
      actions={
        <WayButton to={`/ledger/${transaction.id}/show`} operation="readLedgerTransaction" variant="outlined">
          {text('charges.openTransaction')}
        </WayButton>
      }
    >
      <Stack sx={{ gap: 4 }}>
        <Box sx={GRID}>
          <TransactionFacts transaction={transaction} />
          <EntryPanel transaction={transaction} />
        </Box>
        <RequestPanel transaction={transaction} />
      </Stack>
    </Page>
  );
}

function TransactionFacts({ transaction }: { readonly transaction: ExplainedTransaction }) {
  const text = useText();
  const linkTo = useLinkTo();
  const { manualPostingId, creditGrantId } = transaction;
  return (
    <Panel title={text(`ledger.kind.${transaction.kind}`)}>
      <Facts
        facts={[
          [text('ledger.amount'), <Money key="amount" value={transaction.amount} />],
          [text('ledger.reason'), transaction.reason],
          [text('ledger.source'), transaction.source],
          [text('ledger.period'), transaction.accountingPeriod],
          [text('ledger.booked'), <Ago key="booked" instant={transaction.bookedAt} />],
          [
            text('charges.posting'),
            manualPostingId === null ? null : <CopyText key="posting" value={manualPostingId} />,
          ],
          [
            text('charges.broughtCredit'),
            creditGrantId === null ? null : (
              <Link key="grant" to={linkTo(`/credit-grants/${creditGrantId}/show`)}>
                {creditGrantId}
              </Link>
            ),
          ],
        ]}
      />
    </Panel>
  );
}

function EntryPanel({ transaction: { entries, entry } }: { readonly transaction: ExplainedTransaction }) {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <Panel title={text('charges.entries')} flush>
      <DataTable
        label={text('charges.entries')}
        rows={entries}
        rowKey={({ id }) => id}
        rowHref={({ id }) => (id === entry?.id ? null : linkTo(`/charges/${id}`))}
        empty={null}
        columns={[
          {
            key: 'account',
            label: text('ledger.accountName'),
            render: ({ id, account }) => (
              <Box component="span" sx={id === entry?.id ? { fontWeight: 600 } : {}}>
                {`${id === entry?.id ? '▸ ' : ''}${text(`ledger.account.${account}`)}`}
              </Box>
            ),
          },
          { key: 'debit', label: text('ledger.debit'), numeric: true, render: (row) => side(row, 1n) },
          { key: 'credit', label: text('ledger.credit'), numeric: true, render: (row) => side(row, -1n) },
        ]}
      />
    </Panel>
  );
}

function side({ amount: { amount, currency } }: LedgerEntry, sign: 1n | -1n) {
  const picos = parsePicos(amount) * sign;
  return picos > 0n ? <Money value={{ amount: formatPicos(picos), currency }} /> : null;
}

function RequestPanel({ transaction }: { readonly transaction: ExplainedTransaction }) {
  const text = useText();
  const linkTo = useLinkTo();
  const { requests } = transaction;
  if (requests === null) {
    return (
      <Panel title={text('charges.requests')}>
        <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>{text('charges.notUsage')}</Box>
      </Panel>
    );
  }
  return (
    <Panel title={text('charges.requests')} hint={text('charges.requestsHint')} flush>
      <Ties transaction={transaction} requests={requests} />
      <DataTable
        label={text('charges.requests')}
        rows={requests.data}
        rowKey={({ requestId, part, revision }) => `${requestId}.${part}.${revision}`}
        rowHref={({ requestId }) => linkTo(`/charges/${requestId}`)}
        empty={<EmptyNotice title={text('charges.requests')}>{text('charges.notUsage')}</EmptyNotice>}
        columns={[
          { key: 'model', label: text('charges.model'), render: (row) => <ModelCell row={row} /> },
          {
            key: 'outcome',
            label: text('charges.outcome'),
            from: 'md',
            render: ({ outcome }) => <OutcomeMark outcome={outcome} />,
          },
          {
            key: 'occurred',
            label: text('charges.occurred'),
            from: 'sm',
            render: ({ occurredAt }) => <Ago instant={occurredAt} />,
          },
          {
            key: 'amount',
            label: text('charges.amount'),
            numeric: true,
            render: ({ amount }) => <Money value={amount} />,
          },
        ]}
      />
      <Steps nextCursor={requests.nextCursor} />
    </Panel>
  );
}

function ModelCell({ row: { requestedModel, part, revision } }: { readonly row: BookedRequest }) {
  const text = useText();
  const notes = [
    ...(part > 0 ? [text('charges.part', { part })] : []),
    ...(revision > 0 ? [text('charges.corrected', { revision })] : []),
  ];
  return (
    <>
      {requestedModel}
      {notes.length > 0 && (
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', fontWeight: 400 }}>{notes.join(' · ')}</Box>
      )}
    </>
  );
}

interface TiesProps {
  readonly transaction: ExplainedTransaction;
  readonly requests: NonNullable<ExplainedTransaction['requests']>;
}

function Ties({ transaction, requests: { ties, count, total } }: TiesProps) {
  const text = useText();
  const amount = formatExactMoney(transaction.entry?.amount ?? transaction.amount);
  if (!ties) {
    return (
      <Alert severity="error" sx={{ mx: 4, mb: 3 }}>
        {text('charges.tiesNot', { count, sum: formatExactMoney(total), amount })}
      </Alert>
    );
  }
  return (
    <Box sx={{ px: 4, pb: 3, display: 'flex', gap: 2, alignItems: 'center', fontSize: '0.8125rem' }}>
      <CheckCircleOutlined sx={{ fontSize: 16, color: 'success.main' }} />
      {text('charges.ties', { count, amount })}
    </Box>
  );
}

/** Lists go on from where they were. */
function Steps({ nextCursor }: { readonly nextCursor: string | null }) {
  const text = useText();
  const { get, set } = useUrlState();
  if (nextCursor === null && get('after') === null) return null;
  return (
    <Stack
      direction="row"
      sx={{ justifyContent: 'flex-end', gap: 2, p: 3, borderTop: '1px solid', borderColor: 'divider' }}
    >
      <Button variant="outlined" disabled={get('after') === null} onClick={() => set({ after: null })}>
        {text('charges.newest')}
      </Button>
      <Button variant="outlined" disabled={nextCursor === null} onClick={() => set({ after: nextCursor })}>
        {text('charges.older')}
      </Button>
    </Stack>
  );
}

const GRID = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
} as const;
