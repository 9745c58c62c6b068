import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useState } from 'react';
import { callAuth } from '../api/call-auth.js';
import { useText } from '../i18n/use-text.js';
import { BackupCodes } from './backup-codes.js';
import { PasswordDialog } from './password-dialog.js';

interface Issued {
  readonly backupCodes: readonly string[];
}

export default function NewBackupCodes({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const [issued, setIssued] = useState<Issued | null>(null);
  if (issued === null) {
    return (
      <PasswordDialog
        title={text('account.newCodesTitle')}
        action={text('account.newCodes')}
        onPassword={async (password) =>
          setIssued(await callAuth<Issued>('two-factor/generate-backup-codes', { password }))
        }
        onClose={onClose}
      >
        <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>{text('account.newCodesHint')}</Box>
      </PasswordDialog>
    );
  }
  return (
    <Dialog open fullWidth maxWidth="xs" aria-labelledby="new-codes-title">
      <DialogTitle id="new-codes-title" sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('account.codes')}
      </DialogTitle>
      <DialogContent>
        <BackupCodes codes={issued.backupCodes} />
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button variant="contained" onClick={onClose}>
          {text('account.codesKept')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
