import { Alert, Button } from '@mui/material';
import { parsePicos } from '@tollgate/domain';
import { Link } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';

const REFETCH_MS = 30_000;

/** Says to whoever may see balances that nothing that costs is served any more, and where credit is added. */
export function RefusedNotice() {
  const { organization } = useScope();
  const { mayCall } = useMe();
  const isPrepaid = organization.billingMode === 'prepaid';
  return isPrepaid && mayCall('readBalance') ? <Balance organizationId={organization.id} /> : null;
}

function Balance({ organizationId }: { readonly organizationId: string }) {
  const text = useText();
  const linkTo = useLinkTo();
  const request = { params: { organizationId }, query: {} };
  const { data } = useOperation('readBalance', request, { refetchMs: REFETCH_MS });
  if (data === undefined || parsePicos(data.available.amount) > 0n) return null;
  return (
    <Alert
      severity="error"
      sx={{ mb: 4 }}
      action={
        <Button color="inherit" component={Link} to={linkTo('/billing')}>
          {text('overview.openBilling')}
        </Button>
      }
    >
      {text('overview.refused')}
    </Alert>
  );
}
