import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { QuarantinedUsage } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { Ago, Mono } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { Panel } from '../page/panel.js';
import { RowMenu } from '../page/row-menu.js';
import { useMe } from '../session/use-me.js';
import { PayloadDialog } from './payload-dialog.js';
import { NoteDialog } from './resolve-dialog.js';

const ROWS = 25;

interface Asked {
  readonly usage: QuarantinedUsage;
  readonly dialog: 'payload' | 'dismiss';
}

/** What could not be booked, until it is sent back or dismissed. */
export function QuarantinePanel() {
  const text = useText();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { rows, error, hasNextPage, refetch } = useList('quarantined-usage', { page: usePageNumber(), perPage: ROWS });
  return (
    <Panel title={text('reviews.quarantine')} hint={text('reviews.quarantineHint')} flush>
      <DataTable
        label={text('reviews.quarantine')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={
          <EmptyNotice title={text('reviews.quarantineEmptyTitle')}>{text('reviews.quarantineEmpty')}</EmptyNotice>
        }
        columns={[
          { key: 'reason', label: text('reviews.reason'), render: (usage) => <ReasonCell usage={usage} /> },
          { key: 'state', label: text('reviews.state'), render: (usage) => <StateCell usage={usage} /> },
          {
            key: 'attempts',
            label: text('reviews.attempts'),
            numeric: true,
            from: 'sm',
            render: ({ attempts }) => attempts,
          },
          {
            key: 'lastSeen',
            label: text('reviews.lastSeen'),
            from: 'md',
            render: ({ lastSeenAt }) => <Ago instant={lastSeenAt} />,
          },
          { key: 'actions', label: '', numeric: true, render: (usage) => <Actions usage={usage} onAsk={setAsked} /> },
        ]}
      />
      <Pager hasNextPage={hasNextPage} />
      {asked?.dialog === 'payload' && <PayloadDialog id={asked.usage.id} onClose={() => setAsked(null)} />}
      {asked?.dialog === 'dismiss' && (
        <NoteDialog
          title={text('reviews.dismissTitle')}
          action={text('reviews.dismiss')}
          done={text('reviews.dismissed')}
          onClose={() => setAsked(null)}
          send={async (resolution) => {
            const params = { quarantinedUsageId: asked.usage.id };
            await callOperation('dismissQuarantinedUsage', { params, body: { resolution } });
          }}
        >
          {text('reviews.dismissHint')}
        </NoteDialog>
      )}
    </Panel>
  );
}

function ReasonCell({ usage: { reason, requestId } }: { readonly usage: QuarantinedUsage }) {
  const text = useText();
  return (
    <>
      {reason}
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
        {requestId === null ? text('reviews.noEvent') : <Mono>{requestId}</Mono>}
      </Box>
    </>
  );
}

function StateCell({ usage: { state, resolution } }: { readonly usage: QuarantinedUsage }) {
  const text = useText();
  return (
    <>
      {text(`reviews.quarantineState.${state}`)}
      {resolution !== null && <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{resolution}</Box>}
    </>
  );
}

interface ActionsProps {
  readonly usage: QuarantinedUsage;
  readonly onAsk: (asked: Asked) => void;
}

function Actions({ usage, onAsk }: ActionsProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { mayCall } = useMe();
  const retry = async (): Promise<void> => {
    try {
      await callOperation('retryQuarantinedUsage', { params: { quarantinedUsageId: usage.id } });
      notify(text('reviews.retried'), { type: 'success' });
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), { type: 'error' });
    }
    await queryClient.invalidateQueries();
  };
  const waits = usage.state === 'quarantined';
  return (
    <RowMenu
      label={text('reviews.actions', { name: usage.requestId ?? usage.id })}
      actions={[
        { label: text('reviews.look'), onChoose: () => onAsk({ usage, dialog: 'payload' }) },
        ...(waits && usage.requestId !== null && mayCall('retryQuarantinedUsage')
          ? [{ label: text('reviews.retry'), onChoose: () => void retry() }]
          : []),
        ...(waits && mayCall('dismissQuarantinedUsage')
          ? [
              {
                label: text('reviews.dismiss'),
                isDestructive: true,
                onChoose: () => onAsk({ usage, dialog: 'dismiss' }),
              },
            ]
          : []),
      ]}
    />
  );
}
