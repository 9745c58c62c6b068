import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import type { SentInvitation } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';

interface DeliveryDialogProps {
  readonly sent: SentInvitation;
  readonly onClose: () => void;
}

/** What became of an invitation's mail; where none was sent, what to do instead. */
export function DeliveryDialog({ sent: { email, delivery, link }, onClose }: DeliveryDialogProps) {
  const text = useText();
  const outcome = delivery === 'logged' && link !== null ? 'handOver' : delivery;
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="delivery-title">
      <DialogTitle id="delivery-title" sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('members.invitedTitle', { email })}
      </DialogTitle>
      <DialogContent>
        <Alert severity={SEVERITIES[outcome]}>{text(`members.delivery.${outcome}`, { email })}</Alert>
        {link !== null && (
          <Box sx={{ mt: 4, p: 3, border: '1px solid', borderColor: 'divider', borderRadius: 1 }} data-testid="link">
            <CopyText value={link} />
          </Box>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button variant="contained" onClick={onClose} autoFocus>
          {text('page.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const SEVERITIES = { mailed: 'success', logged: 'warning', handOver: 'info', failed: 'error' } as const;
