import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';

interface CredentialFields {
  readonly provider: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly secret: string;
}

const orNull = (text: string): string | null => (text === '' ? null : text);

export function CredentialDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const queryClient = useQueryClient();
  const form = useForm<CredentialFields>({ defaultValues: { provider: '', name: '', baseUrl: '', secret: '' } });
  const { error, submit } = useSubmit(form, async ({ provider, name, baseUrl, secret }) => {
    await callOperation('createProviderCredential', {
      body: { provider, name, baseUrl: orNull(baseUrl), secret: orNull(secret) },
    });
    await queryClient.invalidateQueries({ queryKey: ['provider-credentials'] });
    onClose();
  });
  const { errors, isSubmitting } = form.formState;
  const required = text('setUp.required');
  const said = (name: keyof CredentialFields, hint?: string) => ({
    error: errors[name] !== undefined,
    helperText: errors[name]?.message ?? hint,
  });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="credential-title">
      <form noValidate onSubmit={submit} autoComplete="off">
        <DialogTitle id="credential-title" sx={{ fontSize: '1rem', fontWeight: 600 }}>
          {text('providers.addTitle')}
        </DialogTitle>
        <DialogContent>
          <Stack sx={{ gap: 4, pt: 2 }}>
            {error !== null && <Alert severity="error">{error.message}</Alert>}
            <TextField
              label={text('providers.provider')}
              autoFocus
              {...said('provider', text('providers.providerHint'))}
              {...form.register('provider', { required })}
            />
            <TextField label={text('providers.name')} {...said('name')} {...form.register('name', { required })} />
            <TextField
              label={text('providers.baseUrl')}
              {...said('baseUrl', text('providers.baseUrlHint'))}
              {...form.register('baseUrl')}
            />
            <TextField
              label={text('providers.secret')}
              type="password"
              autoComplete="new-password"
              {...said('secret', text('providers.secretHint'))}
              {...form.register('secret')}
            />
          </Stack>
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 5 }}>
          <Button onClick={onClose}>{text('page.cancel')}</Button>
          <Button type="submit" variant="contained" loading={isSubmitting}>
            {text('providers.add')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
