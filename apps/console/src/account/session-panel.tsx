import { Box, Button, Chip } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ConsoleSession } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { Ago, NOTHING } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { deviceOf } from './device-of.js';

const SESSIONS = { queryKey: ['listMySessions'] };

/** Where somebody is signed in, and the way to end it there. */
export function SessionPanel() {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useOperation('listMySessions', {});
  const end = useMutation({
    mutationFn: async (session: ConsoleSession | 'others') => {
      await (session === 'others'
        ? callOperation('revokeMyOtherSessions', {})
        : callOperation('revokeMySession', { params: { sessionId: session.id } }));
      await queryClient.invalidateQueries(SESSIONS);
      notify(text('account.signedOutThere'), { type: 'success' });
    },
    onError: (failure) => notify(failure.message, { type: 'error' }),
  });
  const hasOthers = data?.data.some(({ current }) => !current) ?? false;
  return (
    <Panel
      title={text('account.sessions')}
      hint={text('account.sessionsHint')}
      flush
      actions={
        hasOthers && (
          <Button variant="outlined" loading={end.isPending} onClick={() => end.mutate('others')}>
            {text('account.signOutElsewhere')}
          </Button>
        )
      }
    >
      <DataTable
        label={text('account.sessions')}
        rows={data?.data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        skeletonRows={2}
        empty={null}
        columns={columnsOf(text, (session) => end.mutate(session))}
      />
    </Panel>
  );
}

function columnsOf(text: Text, onEnd: (session: ConsoleSession) => void): readonly Column<ConsoleSession>[] {
  return [
    {
      key: 'device',
      label: text('account.device'),
      render: ({ userAgent, current }) => (
        <span title={userAgent ?? undefined}>
          {deviceOf(userAgent) ?? text('account.unknownDevice')}
          {current && <Chip size="small" variant="outlined" label={text('account.thisDevice')} sx={{ ml: 2 }} />}
        </span>
      ),
    },
    { key: 'address', label: text('account.address'), from: 'sm', render: ({ ipAddress }) => ipAddress ?? NOTHING },
    {
      key: 'signedIn',
      label: text('account.signedIn'),
      from: 'md',
      render: ({ createdAt }) => <Ago instant={createdAt} />,
    },
    {
      key: 'seen',
      label: text('account.lastSeen'),
      from: 'sm',
      render: ({ lastSeenAt }) => <Ago instant={lastSeenAt} />,
    },
    {
      key: 'end',
      label: '',
      numeric: true,
      render: (session) =>
        session.current ? (
          <Box sx={{ height: 32 }} />
        ) : (
          <Button
            variant="outlined"
            aria-label={text('account.signOutOf', {
              device: deviceOf(session.userAgent) ?? text('account.unknownDevice'),
            })}
            onClick={() => onEnd(session)}
          >
            {text('account.signOutThere')}
          </Button>
        ),
    },
  ];
}
