import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import type { IssuedManagementToken } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';

interface TokenIssuedProps {
  readonly issued: IssuedManagementToken;
  readonly onClose: () => void;
}

/** The secret, this once: a click beside the dialog does not lose it. */
export function TokenIssued({ issued: { name, secret }, onClose }: TokenIssuedProps) {
  const text = useText();
  return (
    <Dialog open fullWidth maxWidth="sm" aria-labelledby="token-issued">
      <DialogTitle id="token-issued" sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('tokens.issuedTitle', { name })}
      </DialogTitle>
      <DialogContent>
        <Box sx={{ p: 4, border: '1px solid', borderColor: 'primary.main', borderRadius: 1 }} data-testid="secret">
          <CopyText value={secret} />
        </Box>
        <Alert severity="warning" sx={{ mt: 4 }}>
          {text('keys.secretOnce')}
        </Alert>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button variant="contained" onClick={onClose}>
          {text('page.copiedAndClose')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
