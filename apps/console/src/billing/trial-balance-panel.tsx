import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import { Alert, Box, Button } from '@mui/material';
import type { TrialBalance } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { ExactMoney } from '../figures/figures.js';
import { formatExactMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { saveTable } from '../page/save-table.js';

export interface PeriodFigures {
  readonly whose: { readonly organizationId?: string };
  /** Undefined while the periods are on their way, or there is none yet. */
  readonly period: string | undefined;
}

/** Every account with what moved in the period. */
export function TrialBalancePanel({ whose, period }: PeriodFigures) {
  const text = useText();
  const { data, error, refetch } = useOperation(
    'readTrialBalance',
    { query: { ...whose, ...(period === undefined ? {} : { accountingPeriod: period }) } },
    { enabled: period !== undefined, keepPrevious: true },
  );
  return (
    <Panel
      title={text('billing.trialBalance')}
      hint={text('billing.trialBalanceHint')}
      actions={data !== undefined && <Download balance={data} />}
      flush
    >
      <DataTable
        label={text('billing.trialBalance')}
        rows={data?.rows}
        rowKey={({ account }) => account}
        error={error}
        onRetry={() => void refetch()}
        skeletonRows={6}
        empty={
          <Box sx={{ px: 4, pb: 4, color: 'text.secondary', fontSize: '0.8125rem' }}>{text('billing.nothing')}</Box>
        }
        columns={useColumns()}
      />
      {data !== undefined && data.rows.length > 0 && <Verdict balance={data} />}
    </Panel>
  );
}

function useColumns(): readonly Column<TrialBalance['rows'][number]>[] {
  const text = useText();
  return [
    {
      key: 'account',
      label: text('ledger.accountName'),
      render: ({ account }) => text(`ledger.account.${account}`),
    },
    {
      key: 'opening',
      label: text('billing.opening'),
      numeric: true,
      from: 'md',
      render: ({ opening }) => <ExactMoney value={opening} />,
    },
    {
      key: 'debits',
      label: text('billing.debits'),
      numeric: true,
      from: 'sm',
      render: ({ debits }) => <ExactMoney value={debits} />,
    },
    {
      key: 'credits',
      label: text('billing.credits'),
      numeric: true,
      from: 'sm',
      render: ({ credits }) => <ExactMoney value={credits} />,
    },
    {
      key: 'closing',
      label: text('billing.closing'),
      numeric: true,
      render: ({ closing }) => <ExactMoney value={closing} />,
    },
  ];
}

function Verdict({ balance: { balances, debits, credits } }: { readonly balance: TrialBalance }) {
  const text = useText();
  if (!balances) {
    const figures = { debits: formatExactMoney(debits), credits: formatExactMoney(credits) };
    return (
      <Alert severity="error" sx={{ m: 4 }}>
        {text('billing.balancesNot', figures)}
      </Alert>
    );
  }
  return (
    <Box sx={{ p: 4, display: 'flex', gap: 2, alignItems: 'center', fontSize: '0.8125rem' }}>
      <CheckCircleOutlined sx={{ fontSize: 16, color: 'success.main' }} />
      {text('billing.balances', { amount: formatExactMoney(debits) })}
    </Box>
  );
}

function Download({ balance: { rows, accountingPeriod } }: { readonly balance: TrialBalance }) {
  const text = useText();
  const save = (): void =>
    saveTable(`${text('billing.trialBalance')} ${accountingPeriod}`, [
      ['account', 'opening', 'debits', 'credits', 'closing'],
      ...rows.map(({ account, ...figures }) => [
        account,
        figures.opening.amount,
        figures.debits.amount,
        figures.credits.amount,
        figures.closing.amount,
      ]),
    ]);
  return <Button onClick={save}>{text('billing.download')}</Button>;
}
