import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack } from '@mui/material';
import type { CreatedAlertChannel } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';

/** The signing secret of a webhook, once. */
export function SecretShown({
  channel,
  onClose,
}: {
  readonly channel: CreatedAlertChannel;
  readonly onClose: () => void;
}) {
  const text = useText();
  return (
    <Dialog open fullWidth maxWidth="sm" aria-label={text('alerts.secretTitle', { name: channel.name })}>
      <DialogTitle sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('alerts.secretTitle', { name: channel.name })}
      </DialogTitle>
      <DialogContent>
        <Stack sx={{ gap: 3 }}>
          {text('alerts.secretHint')}
          <CopyText value={channel.signingSecret ?? ''} />
        </Stack>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button variant="contained" onClick={onClose}>
          {text('alerts.done')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
