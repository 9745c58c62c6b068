import { Alert, Box } from '@mui/material';
import { formatPicos, magnitudeOf, parsePicos, type Picos } from '@tollgate/domain';
import { useOperation } from '../api/use-operation.js';
import { formatMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { picosOf, type PostingFields } from './posting-fields.js';
import { previewPosting } from './posting-preview.js';

const money = (picos: Picos): string => formatMoney({ amount: formatPicos(picos), currency: 'USD' });

/** From how much on a second person has to approve; null: never. */
function useThreshold(): Picos | null {
  const { mayCall } = useMe();
  const { data } = useOperation('readInstallation', {}, { enabled: mayCall('readInstallation') });
  const threshold = data?.approvalThreshold ?? null;
  return threshold === null ? null : parsePicos(threshold.amount);
}

/** Whether what was filled in so far would wait for a second person. */
export function useNeedsApproval(fields: PostingFields): boolean {
  const threshold = useThreshold();
  const picos = picosOf(fields);
  if (threshold === null || picos === null) return false;
  return magnitudeOf(picos) >= threshold;
}

interface PreviewProps {
  readonly fields: PostingFields;
  readonly waits: boolean;
}

/** What will stand in the books, before it is sent. */
export function PostingPreviewNotice({ fields, waits }: PreviewProps) {
  const text = useText();
  const { organization } = useScope();
  const threshold = useThreshold();
  const { data } = useOperation('readBalance', { params: { organizationId: organization.id } });
  const picos = picosOf(fields);
  if (picos === null || data === undefined) return <Alert severity="info">{text('billing.previewForGood')}</Alert>;
  const { lines, granted } = previewPosting(fields.kind, picos, parsePicos(data.owed.amount));
  return (
    <Alert severity={waits ? 'warning' : 'info'} sx={{ '& .MuiAlert-message': { width: '100%' } }}>
      {waits && threshold !== null && (
        <Box sx={{ mb: 2, fontWeight: 500 }}>{text('billing.waits', { threshold: money(threshold) })}</Box>
      )}
      <Box sx={{ fontWeight: 500 }}>{text('billing.preview')}</Box>
      {lines.length > 0 && (
        <Box component="table" sx={TABLE}>
          <tbody>
            {lines.map(({ account, picos: amount }) => (
              <tr key={`${account} ${amount}`}>
                <td>{text(amount > 0n ? 'ledger.debit' : 'ledger.credit')}</td>
                <td>{account === null ? text('billing.previewDrawn') : text(`ledger.account.${account}`)}</td>
                <td>{money(magnitudeOf(amount))}</td>
              </tr>
            ))}
          </tbody>
        </Box>
      )}
      {fields.kind === 'promotion' && text('billing.previewNothing', { amount: money(granted) })}
      {fields.kind === 'revocation' && text('billing.previewRevoked', { amount: money(picos) })}
      {fields.kind !== 'promotion' && granted > 0n && text('billing.previewGrant', { amount: money(granted) })}
      <Box sx={{ mt: 2, color: 'text.secondary' }}>{text('billing.previewForGood')}</Box>
    </Alert>
  );
}

const TABLE = {
  width: '100%',
  my: 1,
  borderCollapse: 'collapse',
  '& td': { p: 0, pr: 3, py: 0.5, verticalAlign: 'top' },
  '& td:last-of-type': { textAlign: 'right', pr: 0, whiteSpace: 'nowrap' },
} as const;
