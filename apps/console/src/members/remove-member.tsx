import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Member } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { Question } from '../page/question.js';

interface RemoveMemberProps {
  readonly member: Member;
  readonly onClose: () => void;
}

/** Names the person, and what becomes of what they leave behind. */
export function RemoveMember({ member: { id, organizationId, user }, onClose }: RemoveMemberProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { rows } = useList('api-keys', { filter: { organizationId, ownerId: user.id }, perPage: 200 });
  const live = rows?.filter(({ revokedAt }) => revokedAt === null).length;
  const remove = async (): Promise<void> => {
    await callOperation('removeMember', { params: { memberId: id } });
    await queryClient.invalidateQueries();
    notify(text('members.removed', { name: user.name }), { type: 'success' });
    onClose();
  };
  return (
    <Question
      title={text('members.removeTitle', { name: user.name })}
      action={text('members.removeAction', { name: user.name })}
      isDestructive
      onConfirm={remove}
      onClose={onClose}
    >
      <Box component="p" sx={{ mt: 0, fontWeight: 500 }}>
        {live === undefined ? '…' : text(live === 0 ? 'members.ownNoKeys' : 'members.ownKeys', { smart_count: live })}
      </Box>
      <Box component="p" sx={{ m: 0, color: 'text.secondary' }}>
        {text('members.removeHint', { email: user.email })}
      </Box>
    </Question>
  );
}
