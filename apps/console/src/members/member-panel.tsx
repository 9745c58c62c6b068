import { Box, Chip } from '@mui/material';
import type { Member } from '@tollgate/wire';
import { useState } from 'react';
import { useList } from '../api/use-list.js';
import { Ago, NOTHING } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Pager, usePageNumber } from '../page/pager.js';
import { Panel } from '../page/panel.js';
import { RowMenu } from '../page/row-menu.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { RemoveMember } from './remove-member.js';
import { RoleDialog } from './role-dialog.js';

interface Opened {
  readonly dialog: 'role' | 'remove';
  readonly member: Member;
}

/** Who belongs to the organization. */
export function MemberPanel() {
  const text = useText();
  const { organization } = useScope();
  const { me, mayCall, mayGive } = useMe();
  const [opened, setOpened] = useState<Opened | null>(null);
  const { rows, error, hasNextPage, refetch } = useList('members', {
    filter: { organizationId: organization.id },
    sort: 'createdAt',
    page: usePageNumber(),
  });
  const mayChange = ({ role }: Member): boolean => mayCall('updateMember') && mayGive(role);
  return (
    <Panel title={text('members.people')} flush>
      <DataTable
        label={text('members.people')}
        rows={rows}
        rowKey={({ id }) => id}
        error={error}
        onRetry={refetch}
        skeletonRows={4}
        empty={<EmptyNotice title={text('members.emptyTitle')}>{text('members.empty')}</EmptyNotice>}
        columns={[
          ...factColumns(text, me?.user?.id),
          ...(rows?.some(mayChange) === true ? [menuColumn({ text, mayChange, onOpen: setOpened })] : []),
        ]}
      />
      <Pager hasNextPage={hasNextPage} />
      {opened?.dialog === 'role' && <RoleDialog member={opened.member} onClose={() => setOpened(null)} />}
      {opened?.dialog === 'remove' && <RemoveMember member={opened.member} onClose={() => setOpened(null)} />}
    </Panel>
  );
}

function factColumns(text: Text, ownId: string | undefined): readonly Column<Member>[] {
  return [
    {
      key: 'name',
      label: text('members.name'),
      render: ({ user }) => (
        <Box sx={{ overflowWrap: 'anywhere' }}>
          <Box component="span" sx={{ fontWeight: 500 }}>
            {user.name}
          </Box>
          {user.id === ownId && <Chip size="small" variant="outlined" label={text('members.you')} sx={{ ml: 2 }} />}
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{user.email}</Box>
        </Box>
      ),
    },
    {
      key: 'role',
      label: text('members.role'),
      render: ({ role }) => <span title={text(`roles.${role}Hint`)}>{text(`roles.${role}`)}</span>,
    },
    {
      key: 'twoFactor',
      label: text('members.twoFactor'),
      from: 'sm',
      render: ({ twoFactor }) => text(twoFactor ? 'members.on' : 'members.off'),
    },
    {
      key: 'seen',
      label: text('members.lastSeen'),
      from: 'md',
      render: ({ lastSeenAt }) => (lastSeenAt === null ? NOTHING : <Ago instant={lastSeenAt} />),
    },
    { key: 'since', label: text('members.since'), from: 'md', render: ({ createdAt }) => <Ago instant={createdAt} /> },
  ];
}

interface MenuParts {
  readonly text: Text;
  readonly mayChange: (member: Member) => boolean;
  readonly onOpen: (opened: Opened) => void;
}

const menuColumn = ({ text, mayChange, onOpen }: MenuParts): Column<Member> => ({
  key: 'actions',
  label: '',
  numeric: true,
  render: (member) =>
    mayChange(member) && (
      <RowMenu
        label={text('members.actionsOf', { name: member.user.name })}
        actions={[
          { label: text('members.changeRole'), onChoose: () => onOpen({ dialog: 'role', member }) },
          {
            label: text('members.remove'),
            isDestructive: true,
            onChoose: () => onOpen({ dialog: 'remove', member }),
          },
        ]}
      />
    ),
});
