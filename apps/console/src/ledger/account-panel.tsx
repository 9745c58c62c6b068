import { Box } from '@mui/material';
import type { OrganizationBalance } from '@tollgate/wire';
import { Money } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';

interface AccountPanelProps {
  readonly accounts: OrganizationBalance['accounts'] | undefined;
}

export function AccountPanel({ accounts }: AccountPanelProps) {
  const text = useText();
  return (
    <Panel title={text('ledger.accounts')} hint={text('ledger.accountsHint')} flush>
      <DataTable
        label={text('ledger.accounts')}
        rows={accounts}
        rowKey={({ account }) => account}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{text('ledger.noAccounts')}</Box>}
        skeletonRows={4}
        columns={[
          {
            key: 'account',
            label: text('ledger.accountName'),
            render: ({ account }) => text(`ledger.account.${account}`),
          },
          {
            key: 'posted',
            label: text('ledger.posted'),
            numeric: true,
            from: 'sm',
            render: ({ posted }) => <Money value={posted} />,
          },
          {
            key: 'accrued',
            label: text('ledger.accrued'),
            numeric: true,
            from: 'sm',
            render: ({ accrued }) => <Money value={accrued} />,
          },
          {
            key: 'balance',
            label: text('ledger.balance'),
            numeric: true,
            render: ({ balance }) => <Money value={balance} />,
          },
        ]}
      />
    </Panel>
  );
}
