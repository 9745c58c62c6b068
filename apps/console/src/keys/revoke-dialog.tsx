import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { MAX_PAGE_SIZE, type ApiKey } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { Question } from '../page/question.js';
import { useMinute } from '../url/use-minute.js';

const HOUR_MS = 3_600_000;

interface RevokeDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

/** Names the key, and what is going to fail without it. */
export function RevokeDialog({ apiKey, onClose }: RevokeDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const from = new Date(useMinute() - HOUR_MS).toISOString();
  const { data } = useOperation('listRequests', {
    query: { apiKeyId: apiKey.id, from, limit: String(MAX_PAGE_SIZE) },
  });
  const revoke = async (): Promise<void> => {
    await callOperation('revokeApiKey', { params: { apiKeyId: apiKey.id } });
    await queryClient.invalidateQueries();
    notify(text('keys.revokedNotice'), { type: 'success' });
    onClose();
  };
  const used = data?.data.length ?? 0;
  const consequence =
    data?.nextCursor == null ? (used === 0 ? 'keys.revokeUnused' : 'keys.revokeUsed') : 'keys.revokeUsedMany';
  return (
    <Question
      title={text('keys.revokeTitle', { name: apiKey.name })}
      action={text('keys.revokeAction', { name: apiKey.name })}
      isDestructive
      onConfirm={revoke}
      onClose={onClose}
    >
      <Box component="p" sx={{ mt: 0, fontWeight: 500 }}>
        {data === undefined ? '…' : text(consequence, { smart_count: used })}
      </Box>
      <Box component="p" sx={{ m: 0, color: 'text.secondary' }}>
        {text('keys.revokeHint')}
      </Box>
    </Question>
  );
}
