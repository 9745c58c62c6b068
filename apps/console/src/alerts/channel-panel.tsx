import { Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { AlertChannel, CreatedAlertChannel } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { RowMenu } from '../page/row-menu.js';
import { useMe } from '../session/use-me.js';
import { ChannelDialog } from './channel-dialog.js';
import { PanelNote } from './panel-note.js';
import { SecretShown } from './secret-shown.js';
import { SeverityMark } from './severity-mark.js';
import { useAudience } from './use-audience.js';

const MOST = 100;

/** Where alerts go. */
export function ChannelPanel() {
  const text = useText();
  const { filter } = useAudience();
  const { mayCall } = useMe();
  const [isAdding, setAdding] = useState(false);
  const [created, setCreated] = useState<CreatedAlertChannel | null>(null);
  const [removed, setRemoved] = useState<AlertChannel | null>(null);
  const { rows, error, refetch } = useList('alert-channels', { filter, sort: 'createdAt', perPage: MOST });
  const mayWrite = mayCall('createAlertChannel');
  return (
    <Panel
      title={text('alerts.channels')}
      hint={text('alerts.channelsHint')}
      flush
      actions={mayWrite && <Button onClick={() => setAdding(true)}>{text('alerts.create')}</Button>}
    >
      <DataTable
        label={text('alerts.channels')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        skeletonRows={2}
        empty={<PanelNote>{text('alerts.noChannels')}</PanelNote>}
        columns={[
          { key: 'name', label: text('alerts.channel'), render: ({ name }) => name },
          { key: 'to', label: text('alerts.goesTo'), render: (channel) => receiverOf(channel, text) },
          {
            key: 'from',
            label: text('alerts.from'),
            from: 'sm',
            render: ({ minSeverity }) => <SeverityMark severity={minSeverity} />,
          },
          { key: 'state', label: text('alerts.state'), from: 'sm', render: (channel) => stateOf(channel, text) },
          ...(mayWrite
            ? [
                {
                  key: 'actions',
                  label: '',
                  numeric: true,
                  render: (channel: AlertChannel) => <ChannelMenu channel={channel} onRemove={setRemoved} />,
                },
              ]
            : []),
        ]}
      />
      {isAdding && (
        <ChannelDialog
          onCreated={(channel) => {
            setAdding(false);
            if (channel.signingSecret !== null) setCreated(channel);
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {created !== null && <SecretShown channel={created} onClose={() => setCreated(null)} />}
      {removed !== null && <RemoveQuestion channel={removed} onClose={() => setRemoved(null)} />}
    </Panel>
  );
}

function receiverOf({ kind, toPeople, recipients, url, organizationId }: AlertChannel, text: Text): string {
  if (kind !== 'email') return url ?? '';
  const people = text(organizationId === null ? 'alerts.operators' : 'alerts.people');
  return [...(toPeople ? [people] : []), ...recipients].join(', ');
}

function stateOf({ enabled, disabledReason }: AlertChannel, text: Text): string {
  if (enabled) return text('alerts.on');
  return text(disabledReason === 'gone' ? 'alerts.gone' : 'alerts.off');
}

interface ChannelMenuProps {
  readonly channel: AlertChannel;
  readonly onRemove: (channel: AlertChannel) => void;
}

function ChannelMenu({ channel, onRemove }: ChannelMenuProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const params = { alertChannelId: channel.id };
  const tell = (run: () => Promise<void>) => () => {
    run().catch((error: unknown) => notify(error instanceof Error ? error.message : String(error), { type: 'error' }));
  };
  const test = async (): Promise<void> => {
    const { deliveries } = await callOperation('testAlertChannel', { params });
    const failed = deliveries.find(({ error }) => error !== null);
    await queryClient.invalidateQueries();
    if (failed === undefined) notify(text('alerts.tested'), { type: 'success' });
    else notify(text('alerts.testFailed', { error: failed.error ?? '' }), { type: 'warning' });
  };
  const toggle = async (): Promise<void> => {
    const request = { params, body: { enabled: !channel.enabled } };
    await callOperation('updateAlertChannel', request, { ifMatch: channel.version });
    await queryClient.invalidateQueries();
  };
  return (
    <RowMenu
      label={text('alerts.actionsOf', { name: channel.name })}
      actions={[
        { label: text('alerts.test'), onChoose: tell(test) },
        { label: text(channel.enabled ? 'alerts.switchOff' : 'alerts.switchOn'), onChoose: tell(toggle) },
        { label: text('alerts.remove'), isDestructive: true, onChoose: () => onRemove(channel) },
      ]}
    />
  );
}

function RemoveQuestion({
  channel: { id, name },
  onClose,
}: {
  readonly channel: AlertChannel;
  readonly onClose: () => void;
}) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const remove = async (): Promise<void> => {
    await callOperation('deleteAlertChannel', { params: { alertChannelId: id } });
    await queryClient.invalidateQueries();
    notify(text('alerts.removed', { name }), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('alerts.removeTitle', { name })}
      action={text('alerts.remove')}
      isDestructive
      onConfirm={remove}
      onClose={onClose}
    >
      {text('alerts.removeHint')}
    </Question>
  );
}
