import { Box, Button, MenuItem, TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { AlertDelivery } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { Ago, NOTHING } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useUrlState } from '../url/use-url-state.js';
import { PanelNote } from './panel-note.js';
import { useAudience } from './use-audience.js';

const SHOWN = 20;

/** What became of alerts on their way, the dead ones with a way to send them again. */
export function DeliveryPanel() {
  const text = useText();
  const { filter } = useAudience();
  const { get } = useUrlState();
  const { mayCall } = useMe();
  const isDeadOnly = get('deliveries') === 'dead';
  const { rows, error, refetch } = useList('alert-deliveries', {
    filter: { ...filter, ...(isDeadOnly ? { state: 'dead' } : {}) },
    sort: '-createdAt',
    perPage: SHOWN,
  });
  return (
    <Panel title={text('alerts.deliveries')} hint={text('alerts.deliveriesHint')} flush actions={<StateSelect />}>
      <DataTable
        label={text('alerts.deliveries')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        skeletonRows={3}
        empty={<PanelNote>{text('alerts.noDeliveries')}</PanelNote>}
        columns={columnsOf(text, mayCall('replayAlertDelivery'))}
      />
    </Panel>
  );
}

function columnsOf(text: Text, mayReplay: boolean): readonly Column<AlertDelivery>[] {
  return [
    {
      key: 'what',
      label: text('alerts.what'),
      render: ({ alertKind, channelName, recipient }) => (
        <>
          {alertKind === null ? text('alerts.testDelivery') : text(`alerts.kind.${alertKind}`)}
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{recipient === '' ? channelName : recipient}</Box>
        </>
      ),
    },
    { key: 'state', label: text('alerts.state'), render: ({ state }) => text(`alerts.${state}`) },
    {
      key: 'attempts',
      label: text('alerts.attempts'),
      numeric: true,
      from: 'sm',
      render: ({ attempts }) => attempts.length,
    },
    {
      key: 'error',
      label: text('alerts.lastError'),
      from: 'md',
      render: ({ attempts }) => attempts.at(-1)?.error ?? NOTHING,
    },
    {
      key: 'when',
      label: text('alerts.when'),
      numeric: true,
      from: 'sm',
      render: ({ createdAt }) => <Ago instant={createdAt} />,
    },
    ...(mayReplay
      ? [
          {
            key: 'replay',
            label: '',
            numeric: true,
            render: (delivery: AlertDelivery) => <ReplayButton delivery={delivery} />,
          },
        ]
      : []),
  ];
}

function StateSelect() {
  const text = useText();
  const { get, set } = useUrlState();
  const isDeadOnly = get('deliveries') === 'dead';
  return (
    <TextField
      select
      value={isDeadOnly ? 'dead' : 'all'}
      onChange={({ target }) => set({ deliveries: target.value === 'dead' ? 'dead' : null })}
      sx={{ width: 'auto', '& .MuiSelect-select': { py: 1, fontSize: '0.8125rem' } }}
      slotProps={{ htmlInput: { 'aria-label': text('alerts.state') } }}
    >
      <MenuItem value="all">{text('alerts.allStates')}</MenuItem>
      <MenuItem value="dead">{text('alerts.deadOnly')}</MenuItem>
    </TextField>
  );
}

function ReplayButton({ delivery: { id, state, alertId } }: { readonly delivery: AlertDelivery }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [isRunning, setRunning] = useState(false);
  if (state !== 'dead' || alertId === null) return null;
  const replay = async (): Promise<void> => {
    setRunning(true);
    try {
      await callOperation('replayAlertDelivery', { params: { alertDeliveryId: id } });
      await queryClient.invalidateQueries();
      notify(text('alerts.replayed'), { type: 'success' });
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), { type: 'error' });
    } finally {
      setRunning(false);
    }
  };
  return (
    <Button loading={isRunning} onClick={() => void replay()}>
      {text('alerts.replay')}
    </Button>
  );
}
