import { Box, Button } from '@mui/material';
import type { AccountingPeriod } from '@tollgate/wire';
import { useState } from 'react';
import { Mono } from '../figures/figures.js';
import { formatAgo } from '../figures/format-times.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useUrlState } from '../url/use-url-state.js';
import { CloseQuestion } from './close-question.js';

/** The months, open and closed; the operator closes them. */
export function PeriodPanel({ periods }: { readonly periods: readonly AccountingPeriod[] | undefined }) {
  const text = useText();
  const { set } = useUrlState();
  const { mayCall } = useMe();
  const [closing, setClosing] = useState<AccountingPeriod | null>(null);
  const mayClose = mayCall('closeAccountingPeriod');
  return (
    <Panel title={text('billing.periods')} hint={text('billing.periodsHint')} flush>
      <DataTable
        label={text('billing.periods')}
        rows={periods}
        rowKey={({ label }) => label}
        skeletonRows={3}
        empty={<EmptyNotice title={text('billing.periods')}>{text('billing.nothing')}</EmptyNotice>}
        columns={[
          {
            key: 'period',
            label: text('billing.period'),
            render: ({ label }) => (
              <Button sx={{ p: 0, minWidth: 0, minHeight: 0 }} onClick={() => set({ period: label })}>
                {label}
              </Button>
            ),
          },
          { key: 'state', label: text('billing.stateName'), render: (period) => <StateCell period={period} /> },
          {
            key: 'close',
            label: '',
            numeric: true,
            render: (period) =>
              mayClose &&
              period.state === 'open' && (
                <Button variant="outlined" onClick={() => setClosing(period)}>
                  {text('billing.close')}
                </Button>
              ),
          },
        ]}
      />
      {closing !== null && <CloseQuestion period={closing} onClose={() => setClosing(null)} />}
    </Panel>
  );
}

function StateCell({ period: { state, endsAt, closedAt, closedBy } }: { readonly period: AccountingPeriod }) {
  const text = useText();
  const now = Date.now();
  if (state === 'open') {
    const runs = Date.parse(endsAt) > now;
    return <>{text(runs ? 'billing.periodRuns' : 'billing.periodOpen', { when: endsAt.slice(0, 10) })}</>;
  }
  return (
    <>
      {text('billing.periodClosed', { when: closedAt === null ? '' : formatAgo(closedAt, now) })}
      {closedBy !== null && (
        <Box component="span" sx={{ ml: 1, color: 'text.secondary', fontSize: '0.75rem' }}>
          <Mono>{text('billing.closedBy', { who: closedBy })}</Mono>
        </Box>
      )}
    </>
  );
}
