import { browserSupportsWebAuthn } from '@simplewebauthn/browser';
import { Box, Button } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callAuth, readAuth } from '../api/call-auth.js';
import { Ago } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { RowMenu } from '../page/row-menu.js';
import { AddPasskeyDialog } from './add-passkey-dialog.js';

interface Passkey {
  readonly id: string;
  readonly name?: string | null;
  readonly createdAt: string;
}

const PASSKEYS = ['passkeys'] as const;

/** Ways in without a password: a fingerprint, a face, a security key. */
export function PasskeyPanel() {
  const text = useText();
  const queryClient = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: PASSKEYS,
    queryFn: () => readAuth<readonly Passkey[]>('passkey/list-user-passkeys'),
  });
  return (
    <Panel
      title={text('account.passkeys')}
      hint={text('account.passkeysHint')}
      flush
      actions={
        browserSupportsWebAuthn() ? (
          <Button variant="outlined" onClick={() => setAdding(true)}>
            {text('account.addPasskey')}
          </Button>
        ) : undefined
      }
    >
      <DataTable
        label={text('account.passkeys')}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        skeletonRows={1}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{text('account.noPasskeys')}</Box>}
        columns={columnsOf(text, setRemoving)}
      />
      {isAdding && (
        <AddPasskeyDialog
          onClose={() => setAdding(false)}
          onAdded={async () => {
            await queryClient.invalidateQueries({ queryKey: PASSKEYS });
            setAdding(false);
          }}
        />
      )}
      {removing !== null && (
        <RemovePasskey id={removing.id} name={nameOf(removing, text)} onClose={() => setRemoving(null)} />
      )}
    </Panel>
  );
}

const nameOf = ({ name }: Passkey, text: Text): string =>
  name == null || name === '' ? text('account.namelessPasskey') : name;

function columnsOf(text: Text, onRemove: (passkey: Passkey) => void): readonly Column<Passkey>[] {
  return [
    { key: 'name', label: text('account.passkeyName'), render: (passkey) => nameOf(passkey, text) },
    { key: 'created', label: text('account.added'), render: ({ createdAt }) => <Ago instant={createdAt} /> },
    {
      key: 'actions',
      label: '',
      numeric: true,
      render: (passkey) => (
        <RowMenu
          label={text('account.actionsOf', { name: nameOf(passkey, text) })}
          actions={[{ label: text('account.removePasskey'), isDestructive: true, onChoose: () => onRemove(passkey) }]}
        />
      ),
    },
  ];
}

interface RemovePasskeyProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

function RemovePasskey({ id, name, onClose }: RemovePasskeyProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const remove = async (): Promise<void> => {
    await callAuth('passkey/delete-passkey', { id });
    await queryClient.invalidateQueries({ queryKey: PASSKEYS });
    notify(text('account.passkeyRemoved', { name }), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('account.removePasskeyTitle', { name })}
      action={text('account.removePasskey')}
      isDestructive
      onConfirm={remove}
      onClose={onClose}
    >
      {text('account.removePasskeyHint')}
    </Question>
  );
}
