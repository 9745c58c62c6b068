import { Box, Button, Stack } from '@mui/material';
import { MAX_PAGE_SIZE, type ProviderCredential } from '@tollgate/wire';
import { useState } from 'react';
import { useList } from '../api/use-list.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { RowMenu } from '../page/row-menu.js';
import { useMe } from '../session/use-me.js';
import { AddDeploymentsDialog } from './add-deployments-dialog.js';
import { ConnectionTestButton } from './connection-test-button.js';
import { CredentialAdded } from './credential-added.js';
import { CredentialDialog } from './credential-dialog.js';
import { RemoveCredential } from './remove-credential.js';
import { SecretDialog } from './secret-dialog.js';

const FROM_API = 'api';

const sourceOf = (source: string) => (source === FROM_API || source === 'file' ? source : 'environment');

interface Opened {
  readonly dialog: 'added' | 'deploy' | 'replace' | 'remove';
  readonly credential: ProviderCredential;
}

/** The secrets with which providers are called; that there is one is all that can be seen of it. */
export function CredentialPanel() {
  const text = useText();
  const { may } = useMe();
  const mayChange = may('provider-credentials.write');
  const [isAdding, setAdding] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = (): void => setOpened(null);
  const { rows, error, refetch } = useList('provider-credentials', { sort: 'name', perPage: MAX_PAGE_SIZE });
  const add = mayChange ? (
    <Button variant="contained" onClick={() => setAdding(true)}>
      {text('providers.add')}
    </Button>
  ) : undefined;
  return (
    <Panel title={text('providers.credentials')} hint={text('providers.credentialsHint')} actions={add} flush>
      <DataTable
        label={text('providers.credentials')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        skeletonRows={3}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{text('providers.emptyCredentials')}</Box>}
        columns={columnsOf({ text, mayChange, onOpen: setOpened })}
      />
      {isAdding && (
        <CredentialDialog
          onClose={() => setAdding(false)}
          onAdded={(credential) => {
            setAdding(false);
            setOpened({ dialog: 'added', credential });
          }}
        />
      )}
      {opened?.dialog === 'added' && (
        <CredentialAdded
          credential={opened.credential}
          onAddDeployments={() => setOpened({ ...opened, dialog: 'deploy' })}
          onClose={close}
        />
      )}
      {opened?.dialog === 'deploy' && (
        <AddDeploymentsDialog credentials={rows ?? [opened.credential]} initial={opened.credential} onClose={close} />
      )}
      {opened?.dialog === 'replace' && <SecretDialog credential={opened.credential} onClose={close} />}
      {opened?.dialog === 'remove' && <RemoveCredential credential={opened.credential} onClose={close} />}
    </Panel>
  );
}

interface ColumnParts {
  readonly text: Text;
  readonly mayChange: boolean;
  readonly onOpen: (opened: Opened) => void;
}

function columnsOf({ text, mayChange, onOpen }: ColumnParts): readonly Column<ProviderCredential>[] {
  return [
    {
      key: 'name',
      label: text('providers.name'),
      render: ({ name, provider }) => (
        <>
          <Box sx={{ fontWeight: 500 }}>{name}</Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{provider}</Box>
        </>
      ),
    },
    {
      key: 'url',
      label: text('providers.baseUrl'),
      from: 'md',
      render: ({ baseUrl }) => baseUrl ?? text('providers.defaultUrl'),
    },
    {
      key: 'secret',
      label: text('providers.secret'),
      from: 'sm',
      render: ({ hasSecret }) => text(hasSecret ? 'providers.stored' : 'providers.noSecret'),
    },
    {
      key: 'source',
      label: text('providers.source'),
      from: 'sm',
      render: ({ source }) => text(`providers.sources.${sourceOf(source)}`),
    },
    {
      key: 'actions',
      label: '',
      numeric: true,
      render: (credential) =>
        mayChange && (
          <Stack direction="row" sx={{ gap: 2, justifyContent: 'flex-end', alignItems: 'center', flexWrap: 'wrap' }}>
            <ConnectionTestButton credential={credential} label={text('providers.test')} />
            <RowMenu
              label={text('providers.actionsOf', { name: credential.name })}
              actions={actionsOf(credential, { text, onOpen })}
            />
          </Stack>
        ),
    },
  ];
}

/** Those that follow the environment are changed there. */
function actionsOf(credential: ProviderCredential, { text, onOpen }: Pick<ColumnParts, 'text' | 'onOpen'>) {
  const open = (dialog: Opened['dialog']) => () => onOpen({ dialog, credential });
  const deploy = { label: text('providers.addDeployments'), onChoose: open('deploy') };
  if (credential.source !== FROM_API) return [deploy];
  return [
    deploy,
    { label: text('providers.replace'), onChoose: open('replace') },
    { label: text('providers.remove'), isDestructive: true, onChoose: open('remove') },
  ];
}
