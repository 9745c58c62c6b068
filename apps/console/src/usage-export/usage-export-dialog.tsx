import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  Skeleton,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import type { UsageExportTotals } from '@tollgate/wire';
import { useState } from 'react';
import { operationUrl } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { formatExactMoney } from '../figures/format-money.js';
import { formatExactCount } from '../figures/format-quantities.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { useScope } from '../url/scope.js';
import { daysOf } from '../url/time-range.js';

const FORMATS = ['csv', 'jsonl'] as const;

/** Says what the file will add up to before it is downloaded: its last line, or the answer's trailer, must say the same. */
export default function UsageExportDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { organization, projectId, range, zone } = useScope();
  const [format, setFormat] = useState<(typeof FORMATS)[number]>('csv');
  const query = {
    organizationId: organization.id,
    projectId: projectId ?? undefined,
    from: range.from,
    to: range.to,
    zone,
  };
  const { data, error, refetch } = useOperation('readUsageExportTotals', { query });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="export-title">
      <DialogTitle id="export-title" sx={{ fontSize: '1rem', fontWeight: 600, pb: 1 }}>
        {text('usageExport.title')}
      </DialogTitle>
      <DialogContent>
        <Typography sx={{ color: 'text.secondary', mb: 4 }}>
          {text('usageExport.lead', { ...daysOf(range, zone), zone })}
        </Typography>
        <Stack sx={{ gap: 4 }}>
          <TextField
            select
            label={text('usageExport.format')}
            value={format}
            onChange={({ target }) => setFormat(FORMATS.find((known) => known === target.value) ?? 'csv')}
          >
            {FORMATS.map((name) => (
              <MenuItem key={name} value={name}>
                {text(`usageExport.${name}`)}
              </MenuItem>
            ))}
          </TextField>
          {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
          {error === null && data === undefined && <Skeleton variant="rounded" height={120} />}
          {data !== undefined && <Totals totals={data} />}
        </Stack>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button onClick={onClose}>{text('page.close')}</Button>
        <Button
          variant="contained"
          component="a"
          href={operationUrl('exportUsage', { query: { ...query, format } })}
          download
        >
          {text('usageExport.download')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Totals({ totals }: { readonly totals: UsageExportTotals }) {
  const text = useText();
  return (
    <section aria-label={text('usageExport.totals')}>
      <Typography variant="h3" component="h3" sx={{ mb: 2 }}>
        {text('usageExport.totals')}
      </Typography>
      <Facts
        facts={[
          [text('usageExport.rows'), formatExactCount(totals.rows)],
          [text('usageExport.requests'), formatExactCount(totals.requests)],
          [
            text('usageExport.tokens'),
            `${formatExactCount(totals.inputTokens)} / ${formatExactCount(totals.outputTokens)}`,
          ],
          [text('usageExport.cost'), formatExactMoney({ amount: totals.cost, currency: totals.currency })],
        ]}
      />
    </section>
  );
}
