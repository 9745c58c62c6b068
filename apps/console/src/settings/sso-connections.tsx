import { Button, Skeleton, Stack, Typography } from '@mui/material';
import { MAX_PAGE_SIZE, type SsoConnection } from '@tollgate/wire';
import { useState } from 'react';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Frame } from '../page/frame.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { SsoConnectionDialog } from './sso-connection-dialog.js';
import { SsoConnectionPanel } from './sso-connection-panel.js';

export default function SsoConnections() {
  const text = useText();
  const { organization } = useScope();
  const { mayCall } = useMe();
  const [opened, setOpened] = useState<SsoConnection | 'new' | null>(null);
  const { rows, error, refetch } = useList('sso-connections', {
    filter: { organizationId: organization.id },
    sort: 'createdAt',
    perPage: MAX_PAGE_SIZE,
  });
  const add = mayCall('createSsoConnection') ? (
    <Button variant="contained" onClick={() => setOpened('new')}>
      {text('sso.add')}
    </Button>
  ) : undefined;
  return (
    <Stack sx={{ gap: 4, maxWidth: 860 }}>
      <Stack direction="row" sx={{ gap: 4, justifyContent: 'space-between', alignItems: 'start', flexWrap: 'wrap' }}>
        <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 560 }}>
          {text('sso.lead')}
        </Typography>
        {rows !== undefined && rows.length > 0 && add}
      </Stack>
      {rows === undefined && error !== null && <ErrorNotice error={error} onRetry={refetch} />}
      {rows === undefined && error === null && <Skeleton variant="rounded" height={200} />}
      {rows?.length === 0 && (
        <Frame>
          <EmptyNotice title={text('sso.emptyTitle')} action={add}>
            {text('sso.empty')}
          </EmptyNotice>
        </Frame>
      )}
      {rows?.map((connection) => (
        <SsoConnectionPanel key={connection.id} connection={connection} onEdit={() => setOpened(connection)} />
      ))}
      {opened !== null && (
        <SsoConnectionDialog connection={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />
      )}
    </Stack>
  );
}
