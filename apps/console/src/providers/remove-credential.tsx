import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { MAX_PAGE_SIZE, type ProviderCredential } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { Question } from '../page/question.js';

interface RemoveCredentialProps {
  readonly credential: ProviderCredential;
  readonly onClose: () => void;
}

/** Names what uses the credential: with that it cannot be removed. */
export function RemoveCredential({ credential: { id, name }, onClose }: RemoveCredentialProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { data } = useOperation('listDeployments', {
    query: { providerCredentialId: id, limit: String(MAX_PAGE_SIZE) },
  });
  const used = data?.data.length ?? 0;
  const remove = async (): Promise<void> => {
    await callOperation('deleteProviderCredential', { params: { providerCredentialId: id } });
    await queryClient.invalidateQueries();
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
      <Box component="p" sx={{ mt: 0, fontWeight: 500 }}>
        {data === undefined
          ? '…'
          : text(used === 0 ? 'providers.removeUnused' : 'providers.removeInUse', { smart_count: used })}
      </Box>
      <Box component="p" sx={{ m: 0, color: 'text.secondary' }}>
        {text('providers.removeHint')}
      </Box>
    </Question>
  );
}
