import { Stack } from '@mui/material';
import { formatPicos, parsePicos } from '@tollgate/domain';
import type { LedgerEntry, LedgerTransactionDetail } from '@tollgate/wire';
import { useParams } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { Ago, Money } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { DataTable } from '../page/data-table.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { WayButton } from '../page/way-button.js';
import { useLinkTo } from '../url/use-url-state.js';

export default function TransactionShow() {
  const { id = '' } = useParams();
  const text = useText();
  const { data, error, refetch } = useOperation('readLedgerTransaction', { params: { ledgerTransactionId: id } });
  if (data !== undefined) return <TransactionPage transaction={data} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title={text('ledger.transaction')}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

function TransactionPage({ transaction }: { readonly transaction: LedgerTransactionDetail }) {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <Page
      title={text(`ledger.kind.${transaction.kind}`)}
      subtitle={<CopyText value={transaction.id} />}
      actions={
        <WayButton to={`/charges/${transaction.id}`} operation="explainCharge" variant="outlined">
          {text('charges.explain')}
        </WayButton>
      }
    >
      <Stack sx={{ gap: 4, maxWidth: 820 }}>
        <Panel title={text('ledger.transaction')}>
          <Facts
            facts={[
              [text('ledger.amount'), <Money key="amount" value={transaction.amount} />],
              [text('ledger.reason'), transaction.reason],
              [text('ledger.source'), transaction.source],
              [text('ledger.period'), transaction.accountingPeriod],
              [text('ledger.booked'), <Ago key="booked" instant={transaction.bookedAt} />],
            ]}
          />
        </Panel>
        <Panel title={text('ledger.entries')} flush>
          <DataTable
            label={text('ledger.entries')}
            rows={transaction.entries}
            rowKey={({ id }) => id}
            rowHref={({ id }) => linkTo(`/charges/${id}`)}
            empty={null}
            columns={[
              {
                key: 'account',
                label: text('ledger.accountName'),
                render: ({ account }) => text(`ledger.account.${account}`),
              },
              { key: 'debit', label: text('ledger.debit'), numeric: true, render: (entry) => side(entry, 1n) },
              { key: 'credit', label: text('ledger.credit'), numeric: true, render: (entry) => side(entry, -1n) },
            ]}
          />
        </Panel>
      </Stack>
    </Page>
  );
}

/** The amount in the column of its side, without a sign; nothing in the other. */
function side({ amount: { amount, currency } }: LedgerEntry, sign: 1n | -1n) {
  const picos = parsePicos(amount) * sign;
  return picos > 0n ? <Money value={{ amount: formatPicos(picos), currency }} /> : null;
}
