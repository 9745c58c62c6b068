import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack } from '@mui/material';
import type { ProviderCredential } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { ConnectionTestButton } from './connection-test-button.js';

interface CredentialAddedProps {
  readonly credential: ProviderCredential;
  readonly onAddDeployments: () => void;
  readonly onClose: () => void;
}

/** A credential alone makes nothing callable: says so, and leads on. */
export function CredentialAdded({ credential, onAddDeployments, onClose }: CredentialAddedProps) {
  const text = useText();
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="credential-added-title">
      <DialogTitle id="credential-added-title" sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('providers.addedTitle', { name: credential.name })}
      </DialogTitle>
      <DialogContent sx={{ fontSize: '0.875rem' }}>
        <Stack sx={{ gap: 4, alignItems: 'flex-start' }}>
          <Box>{text('providers.addedHint')}</Box>
          <ConnectionTestButton credential={credential} label={text('providers.testConnection')} />
        </Stack>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button onClick={onClose}>{text('page.close')}</Button>
        <Button variant="contained" onClick={onAddDeployments}>
          {text('providers.addDeployments')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
