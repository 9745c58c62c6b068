import { Box, MenuItem, Stack, TextField } from '@mui/material';
import type { AccountingPeriod } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';
import { PeriodPanel } from './period-panel.js';
import { RollForwardPanel } from './roll-forward-panel.js';
import { TrialBalancePanel } from './trial-balance-panel.js';

const ALL = 'all';

/** The months of the books: what moved in each, how credit came to what it is, and their close. */
export function PeriodSection() {
  const { organization } = useScope();
  const { get } = useUrlState();
  const { me } = useMe();
  const { data, error, refetch } = useOperation('listAccountingPeriods', {
    params: { organizationId: organization.id },
  });
  if (error !== null && data === undefined) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const periods = data?.data;
  const period = periods?.find(({ label }) => label === get('period'))?.label ?? periods?.[0]?.label;
  // the operator may look at everybody's books together
  const isAll = me?.operator === true && get('books') === ALL;
  const whose = isAll ? {} : { organizationId: organization.id };
  return (
    <Stack sx={{ gap: 4 }}>
      <Choices periods={periods ?? []} period={period} isAll={isAll} />
      <Box sx={GRID}>
        <TrialBalancePanel whose={whose} period={period} />
        <RollForwardPanel whose={whose} period={period} />
      </Box>
      <PeriodPanel periods={periods} />
    </Stack>
  );
}

interface ChoicesProps {
  readonly periods: readonly AccountingPeriod[];
  readonly period: string | undefined;
  readonly isAll: boolean;
}

function Choices({ periods, period, isAll }: ChoicesProps) {
  const text = useText();
  const { set } = useUrlState();
  const { me } = useMe();
  const { organization } = useScope();
  return (
    <Box sx={{ display: 'flex', gap: 2, justifyContent: 'flex-end', mt: -2, mb: -2, flexWrap: 'wrap' }}>
      {me?.operator === true && (
        <TextField
          select
          value={isAll ? ALL : ''}
          onChange={({ target }) => set({ books: target.value === ALL ? ALL : null })}
          sx={{ width: 220 }}
          slotProps={{ htmlInput: { 'aria-label': text('billing.scope') }, select: { displayEmpty: true } }}
        >
          <MenuItem value="">{text('billing.onlyThis', { name: organization.name })}</MenuItem>
          <MenuItem value={ALL}>{text('billing.everybody')}</MenuItem>
        </TextField>
      )}
      <TextField
        select
        value={period ?? ''}
        onChange={({ target }) => set({ period: target.value })}
        sx={{ width: 130 }}
        slotProps={{ htmlInput: { 'aria-label': text('billing.period') } }}
      >
        {periods.map(({ label }) => (
          <MenuItem key={label} value={label}>
            {label}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}

const GRID = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
} as const;
