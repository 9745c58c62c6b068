import { Button, Stack } from '@mui/material';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Page } from '../page/page.js';
import { useMe } from '../session/use-me.js';
import { UsageExport } from '../usage-export/usage-export.js';
import { useScope } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';
import { AccountPanel } from './account-panel.js';
import { BalanceHeadline } from './balance-headline.js';
import { CreditDialog } from './credit-dialog.js';
import { TransactionPanel } from './transaction-panel.js';

const CREDIT = 'credit';
const REFETCH_MS = 30_000;

/** What an organization has, owes and was charged, down to the single entry. */
export default function Ledger() {
  const text = useText();
  const { get, set } = useUrlState();
  const { organization } = useScope();
  const { mayCall } = useMe();
  const { data, error, refetch } = useOperation(
    'readBalance',
    { params: { organizationId: organization.id } },
    { refetchMs: REFETCH_MS },
  );
  return (
    <Page
      title={text('ledger.title')}
      actions={
        <>
          <UsageExport />
          {mayCall('createCredit') && (
            <Button variant="contained" onClick={() => set({ dialog: CREDIT })}>
              {text('ledger.giveCredit')}
            </Button>
          )}
        </>
      }
    >
      <Stack sx={{ gap: 4 }}>
        {error !== null && data === undefined ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : (
          <BalanceHeadline balance={data} />
        )}
        <TransactionPanel />
        <AccountPanel accounts={data?.accounts} />
      </Stack>
      {get('dialog') === CREDIT && <CreditDialog onClose={() => set({ dialog: null })} />}
    </Page>
  );
}
