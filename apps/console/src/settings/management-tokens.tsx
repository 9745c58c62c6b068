import { Box, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { IssuedManagementToken, ManagementToken } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { Ago, Mono } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { RowMenu } from '../page/row-menu.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { TokenDialog } from './token-dialog.js';
import { TokenIssued } from './token-issued.js';

export default function ManagementTokens() {
  const text = useText();
  const { organization } = useScope();
  const { me, mayCall } = useMe();
  const [isCreating, setCreating] = useState(false);
  const [issued, setIssued] = useState<IssuedManagementToken | null>(null);
  const [revoking, setRevoking] = useState<ManagementToken | null>(null);
  const { rows, error, hasNextPage, refetch } = useList('management-tokens', {
    // the operator sees those of the installation as well, which belong to no organization
    filter: me?.operator === true ? {} : { organizationId: organization.id },
    sort: '-createdAt',
    page: usePageNumber(),
  });
  const mayChange = mayCall('createManagementToken');
  const create = mayChange ? (
    <Button variant="contained" onClick={() => setCreating(true)}>
      {text('tokens.create')}
    </Button>
  ) : undefined;
  return (
    <Panel title={text('tokens.title')} hint={text('tokens.hint')} actions={create} flush>
      <DataTable
        label={text('tokens.title')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        skeletonRows={3}
        empty={<EmptyNotice title={text('tokens.emptyTitle')}>{text('tokens.empty')}</EmptyNotice>}
        columns={[...factColumns(text), ...(mayChange ? [menuColumn(text, setRevoking)] : [])]}
      />
      <Pager hasNextPage={hasNextPage} />
      {isCreating && (
        <TokenDialog
          onClose={() => setCreating(false)}
          onIssued={(token) => {
            setCreating(false);
            setIssued(token);
          }}
        />
      )}
      {issued !== null && <TokenIssued issued={issued} onClose={() => setIssued(null)} />}
      {revoking !== null && <RevokeQuestion token={revoking} onClose={() => setRevoking(null)} />}
    </Panel>
  );
}

function factColumns(text: Text): readonly Column<ManagementToken>[] {
  return [
    {
      key: 'name',
      label: text('tokens.name'),
      render: ({ name, displayPrefix, organizationId }) => (
        <>
          <Box sx={{ fontWeight: 500 }}>{name}</Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
            <Mono>{displayPrefix}</Mono>
            {organizationId === null && ` · ${text('tokens.ofInstallation')}`}
          </Box>
        </>
      ),
    },
    {
      key: 'scopes',
      label: text('tokens.scopes'),
      from: 'sm',
      render: ({ scopes }) => (scopes.includes('*') ? text('tokens.everything') : <Mono>{scopes.join(', ')}</Mono>),
    },
    { key: 'state', label: text('tokens.state'), render: (token) => stateOf(token, text) },
    {
      key: 'created',
      label: text('tokens.created'),
      from: 'md',
      render: ({ createdAt }) => <Ago instant={createdAt} />,
    },
  ];
}

function stateOf({ revokedAt, expiresAt }: ManagementToken, text: Text) {
  if (revokedAt !== null) return text('keys.revoked');
  if (expiresAt === null) return text('keys.active');
  if (Date.parse(expiresAt) <= Date.now()) return text('keys.expired');
  return (
    <>
      {text('tokens.ends')} <Ago instant={expiresAt} />
    </>
  );
}

const menuColumn = (text: Text, onRevoke: (token: ManagementToken) => void): Column<ManagementToken> => ({
  key: 'actions',
  label: '',
  numeric: true,
  render: (token) =>
    token.revokedAt === null && (
      <RowMenu
        label={text('tokens.actionsOf', { name: token.name })}
        actions={[{ label: text('tokens.revoke'), isDestructive: true, onChoose: () => onRevoke(token) }]}
      />
    ),
});

interface RevokeQuestionProps {
  readonly token: ManagementToken;
  readonly onClose: () => void;
}

function RevokeQuestion({ token: { id, name }, onClose }: RevokeQuestionProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const revoke = async (): Promise<void> => {
    await callOperation('revokeManagementToken', { params: { managementTokenId: id } });
    await queryClient.invalidateQueries({ queryKey: ['management-tokens'] });
    notify(text('tokens.revoked', { name }), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('tokens.revokeTitle', { name })}
      action={text('tokens.revokeAction', { name })}
      isDestructive
      onConfirm={revoke}
      onClose={onClose}
    >
      {text('tokens.revokeHint')}
    </Question>
  );
}
