import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { ProviderCredential } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';

interface SecretDialogProps {
  readonly credential: ProviderCredential;
  readonly onClose: () => void;
}

/** Puts another secret in the place of the one that is stored. */
export function SecretDialog({ credential: { id, name, version }, onClose }: SecretDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm({ defaultValues: { secret: '' } });
  const { error, submit } = useSubmit(form, async ({ secret }) => {
    const params = { providerCredentialId: id };
    await callOperation('updateProviderCredential', { params, body: { secret } }, { ifMatch: version });
    await queryClient.invalidateQueries();
    notify(text('providers.secretReplaced'), { type: 'success' });
    onClose();
  });
  const fault = form.formState.errors.secret;
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="secret-title">
      <form noValidate onSubmit={submit} autoComplete="off">
        <DialogTitle id="secret-title" sx={{ fontSize: '1rem', fontWeight: 600 }}>
          {text('providers.replaceTitle', { name })}
        </DialogTitle>
        <DialogContent>
          <Stack sx={{ gap: 4, pt: 2 }}>
            {error !== null && <Alert severity="error">{error.message}</Alert>}
            <TextField
              label={text('providers.newSecret')}
              type="password"
              autoComplete="new-password"
              autoFocus
              error={fault !== undefined}
              helperText={fault?.message ?? text('providers.replaceHint')}
              {...form.register('secret', { required: text('setUp.required') })}
            />
          </Stack>
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 5 }}>
          <Button onClick={onClose}>{text('page.cancel')}</Button>
          <Button type="submit" variant="contained" loading={form.formState.isSubmitting}>
            {text('providers.replaceAction')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
