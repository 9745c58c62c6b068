import { Box, Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { MAX_PAGE_SIZE, type ProviderCredential } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { useMe } from '../session/use-me.js';
import { ConnectionTestButton } from './connection-test-button.js';
import { CredentialDialog } from './credential-dialog.js';

const FROM_API = 'api';

/** The secrets with which providers are called; that there is one is all that can be seen of it. */
export function CredentialPanel() {
  const text = useText();
  const { may } = useMe();
  const mayChange = may('provider-credentials.write');
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<ProviderCredential | null>(null);
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
        columns={columnsOf({ text, mayChange, onRemove: setRemoving })}
      />
      {isAdding && <CredentialDialog onClose={() => setAdding(false)} />}
      {removing !== null && <RemoveQuestion credential={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

interface ColumnParts {
  readonly text: Text;
  readonly mayChange: boolean;
  readonly onRemove: (credential: ProviderCredential) => void;
}

function columnsOf({ text, mayChange, onRemove }: ColumnParts): readonly Column<ProviderCredential>[] {
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
      render: ({ source }) => text(`providers.sources.${source === FROM_API ? 'api' : 'environment'}`),
    },
    {
      key: 'actions',
      label: '',
      numeric: true,
      render: (credential) =>
        mayChange && (
          <Stack direction="row" sx={{ gap: 2, justifyContent: 'flex-end', flexWrap: 'wrap' }}>
            <ConnectionTestButton credential={credential} />
            {credential.source === FROM_API && (
              <Button color="error" onClick={() => onRemove(credential)}>
                {text('providers.remove')}
              </Button>
            )}
          </Stack>
        ),
    },
  ];
}

interface RemoveQuestionProps {
  readonly credential: ProviderCredential;
  readonly onClose: () => void;
}

function RemoveQuestion({ credential: { id, name }, onClose }: RemoveQuestionProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const remove = async (): Promise<void> => {
    await callOperation('deleteProviderCredential', { params: { providerCredentialId: id } });
    await queryClient.invalidateQueries({ queryKey: ['provider-credentials'] });
    notify(text('providers.removed'), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('providers.removeTitle', { name })}
      action={text('providers.remove')}
      isDestructive
      onConfirm={remove}
      onClose={onClose}
    >
      {text('providers.removeHint')}
    </Question>
  );
}
