import { Box, Button } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PriceDifference } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { NOTHING } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { UnitPrice } from '../figures/unit-price.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';

type Accepted = 'first' | 'second' | 'present';

/** Prices that an import would have changed while its sources disagree: whoever knows decides. */
export function DifferencePanel() {
  const text = useText();
  const { mayCall } = useMe();
  const { data, error, refetch } = useOperation('listPriceDifferences', { query: {} });
  const decide = useDecision();
  const mayDecide = mayCall('resolvePriceDifference');
  const offer = (row: PriceDifference, accept: Accepted) => {
    const offered = accept === 'present' ? { amount: row.present, impact: null, source: '' } : row[accept];
    if (offered.amount === null) return NOTHING;
    return (
      <Box>
        <UnitPrice amount={offered.amount} per={row.per} meter={row.meter} />
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
          {offered.source}
          {offered.impact !== null && <div>{text('prices.impact', { amount: formatMoney(offered.impact) })}</div>}
        </Box>
        {mayDecide && (
          <Button size="small" sx={{ px: 0, minWidth: 0 }} onClick={() => decide({ id: row.id, accept })}>
            {text(accept === 'present' ? 'prices.keep' : 'prices.accept')}
          </Button>
        )}
      </Box>
    );
  };
  const columns = [
    {
      key: 'subject',
      label: text('prices.model'),
      render: (row: PriceDifference) => (
        <>
          {row.model}
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
            {row.provider} · {text(`vocabulary.meter.${row.meter}`)}
          </Box>
        </>
      ),
    },
    { key: 'present', label: text('prices.present'), render: (row: PriceDifference) => offer(row, 'present') },
    { key: 'first', label: text('prices.first'), render: (row: PriceDifference) => offer(row, 'first') },
    { key: 'second', label: text('prices.second'), render: (row: PriceDifference) => offer(row, 'second') },
  ];
  return (
    <Panel title={text('prices.differences')} hint={text('prices.differencesHint')} flush>
      <DataTable
        label={text('prices.differences')}
        columns={columns}
        rows={data?.data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyNotice title={text('prices.noDifferences')}>{text('prices.noDifferencesHint')}</EmptyNotice>}
      />
    </Panel>
  );
}

function useDecision() {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: async ({ id, accept }: { readonly id: string; readonly accept: Accepted }) => {
      await callOperation('resolvePriceDifference', { params: { reviewItemId: id }, body: { accept } });
      await queryClient.invalidateQueries();
    },
    onSuccess: () => notify(text('prices.decided'), { type: 'success' }),
    onError: (error) => notify(error.message, { type: 'error' }),
  });
  return mutate;
}
