import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { callAuth } from '../api/call-auth.js';
import { useText } from '../i18n/use-text.js';
import { PasswordDialog } from './password-dialog.js';

export default function TwoFactorOff({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const turnOff = async (password: string): Promise<void> => {
    await callAuth('two-factor/disable', { password });
    await queryClient.invalidateQueries();
    notify(text('account.isOff'), { type: 'success' });
    onClose();
  };
  return (
    <PasswordDialog
      title={text('account.turnOffTitle')}
      action={text('account.turnOff')}
      onPassword={turnOff}
      onClose={onClose}
    >
      <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>{text('account.turnOffHint')}</Box>
    </PasswordDialog>
  );
}
