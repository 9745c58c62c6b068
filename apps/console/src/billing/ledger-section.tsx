import { Stack } from '@mui/material';
import { useOperation } from '../api/use-operation.js';
import { AccountPanel } from '../ledger/account-panel.js';
import { TransactionPanel } from '../ledger/transaction-panel.js';
import { useScope } from '../url/scope.js';

/** Everything that was posted, and what stands on each account. */
export function LedgerSection() {
  const { organization } = useScope();
  const { data } = useOperation('readBalance', { params: { organizationId: organization.id } });
  return (
    <Stack sx={{ gap: 4 }}>
      <TransactionPanel />
      <AccountPanel accounts={data?.accounts} />
    </Stack>
  );
}
