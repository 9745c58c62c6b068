import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { MAX_PAGE_SIZE, type Invitation, type SentInvitation } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { Ago, NOTHING } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { Question } from '../page/question.js';
import { RowMenu } from '../page/row-menu.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';

interface Opened {
  readonly dialog: 'resend' | 'revoke';
  readonly invitation: Invitation;
}

interface InvitationPanelProps {
  readonly onSent: (invitation: SentInvitation) => void;
}

/** Who was invited and has not answered yet. */
export function InvitationPanel({ onSent }: InvitationPanelProps) {
  const text = useText();
  const { organization } = useScope();
  const { mayCall, mayGive } = useMe();
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = (): void => setOpened(null);
  const { rows, error, refetch } = useList('invitations', {
    filter: { organizationId: organization.id, state: 'pending' },
    sort: '-createdAt',
    perPage: MAX_PAGE_SIZE,
  });
  const mayChange = mayCall('revokeInvitation');
  return (
    <Panel title={text('members.invitations')} hint={text('members.invitationsHint')} flush>
      <DataTable
        label={text('members.invitations')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        skeletonRows={2}
        empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{text('members.noInvitations')}</Box>}
        columns={[
          ...factColumns(text),
          ...(mayChange ? [menuColumn({ text, mayResend: ({ role }) => mayGive(role), onOpen: setOpened })] : []),
        ]}
      />
      {opened?.dialog === 'resend' && <ResendQuestion invitation={opened.invitation} onSent={onSent} onClose={close} />}
      {opened?.dialog === 'revoke' && <RevokeQuestion invitation={opened.invitation} onClose={close} />}
    </Panel>
  );
}

function factColumns(text: Text): readonly Column<Invitation>[] {
  return [
    {
      key: 'email',
      label: text('members.email'),
      render: ({ email, delivery }) => (
        <Box sx={{ overflowWrap: 'anywhere' }}>
          {email}
          {delivery !== 'mailed' && (
            <Box sx={{ fontSize: '0.75rem', color: delivery === 'failed' ? 'error.main' : 'text.secondary' }}>
              {text(`members.mark.${delivery}`)}
            </Box>
          )}
        </Box>
      ),
    },
    { key: 'role', label: text('members.role'), render: ({ role }) => text(`roles.${role}`) },
    { key: 'by', label: text('members.invitedBy'), from: 'sm', render: ({ invitedBy }) => invitedBy ?? NOTHING },
    { key: 'ends', label: text('members.ends'), from: 'sm', render: ({ expiresAt }) => <Ago instant={expiresAt} /> },
  ];
}

interface MenuParts {
  readonly text: Text;
  readonly mayResend: (invitation: Invitation) => boolean;
  readonly onOpen: (opened: Opened) => void;
}

const menuColumn = ({ text, mayResend, onOpen }: MenuParts): Column<Invitation> => ({
  key: 'actions',
  label: '',
  numeric: true,
  render: (invitation) => (
    <RowMenu
      label={text('members.actionsOf', { name: invitation.email })}
      actions={[
        ...(mayResend(invitation)
          ? [{ label: text('members.resend'), onChoose: () => onOpen({ dialog: 'resend', invitation }) }]
          : []),
        {
          label: text('members.revoke'),
          isDestructive: true,
          onChoose: () => onOpen({ dialog: 'revoke', invitation }),
        },
      ]}
    />
  ),
});

interface QuestionProps {
  readonly invitation: Invitation;
  readonly onClose: () => void;
}

function ResendQuestion({ invitation: { id, email }, onSent, onClose }: QuestionProps & InvitationPanelProps) {
  const text = useText();
  const queryClient = useQueryClient();
  const resend = async (): Promise<void> => {
    const sent = await callOperation('resendInvitation', { params: { invitationId: id } });
    await queryClient.invalidateQueries({ queryKey: ['invitations'] });
    onClose();
    onSent(sent);
  };
  return (
    <Question
      title={text('members.resendTitle', { email })}
      action={text('members.resend')}
      onConfirm={resend}
      onClose={onClose}
    >
      {text('members.resendHint')}
    </Question>
  );
}

function RevokeQuestion({ invitation: { id, email }, onClose }: QuestionProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const revoke = async (): Promise<void> => {
    await callOperation('revokeInvitation', { params: { invitationId: id } });
    await queryClient.invalidateQueries({ queryKey: ['invitations'] });
    notify(text('members.revoked', { email }), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('members.revokeTitle', { email })}
      action={text('members.revoke')}
      isDestructive
      onConfirm={revoke}
      onClose={onClose}
    >
      {text('members.revokeHint')}
    </Question>
  );
}
