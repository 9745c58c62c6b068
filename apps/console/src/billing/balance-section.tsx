import { Box, Stack } from '@mui/material';
import { dayAround } from '@tollgate/domain';
import { useOperation } from '../api/use-operation.js';
import { ErrorNotice } from '../page/error-notice.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { startOfDay } from '../url/time-range.js';
import { AsOfPicker, useAsOfDay } from './as-of-picker.js';
import { BalanceHeadline } from './balance-headline.js';
import { GrantPanel } from './grant-panel.js';
import { PendingPanel } from './pending-panel.js';

const REFETCH_MS = 15_000;

export function BalanceSection() {
  const { organization } = useScope();
  const { mayCall } = useMe();
  const asOf = useAsOf();
  const { data, error, refetch } = useOperation(
    'readBalance',
    { params: { organizationId: organization.id }, query: asOf === null ? {} : { asOf } },
    { refetchMs: REFETCH_MS, keepPrevious: true },
  );
  return (
    <Stack sx={{ gap: 4 }}>
      <Box sx={{ display: 'flex', justifyContent: 'flex-end', mt: -2, mb: -2 }}>
        <AsOfPicker />
      </Box>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <BalanceHeadline balance={data} isThen={asOf !== null} />
      )}
      {mayCall('approveManualPosting') && <PendingPanel />}
      <GrantPanel />
    </Stack>
  );
}

/** The last instant of the day that was chosen, in the zone that is looked at. */
function useAsOf(): string | null {
  const day = useAsOfDay();
  const { zone } = useScope();
  const startsAt = day === null ? null : startOfDay(day, zone);
  if (startsAt === null) return null;
  return new Date(dayAround(startsAt, zone).endsAt - 1).toISOString();
}
