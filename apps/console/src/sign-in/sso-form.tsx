import { Alert, Button, Stack } from '@mui/material';
import { useForm } from 'react-hook-form';
import { callAuth } from '../api/call-auth.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { authErrorText } from './auth-error-text.js';

/** The address says which organization, and so which provider. */
export function SsoForm({ onBack }: { readonly onBack: () => void }) {
  const text = useText();
  const form = useForm({ defaultValues: { email: '' } });
  const { error, submit } = useSubmit(form, async ({ email }) => {
    const { url } = await callAuth<{ readonly url: string }>('sign-in/sso', { email, returnTo: '/' });
    window.location.assign(url);
  });
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
      {error !== null && <Alert severity="error">{authErrorText(error, text)}</Alert>}
      <FormField
        form={form}
        name="email"
        type="email"
        label={text('signIn.email')}
        autoFocus
        autoComplete="username"
        rules={{ required: text('setUp.required') }}
      />
      <Button type="submit" variant="contained" size="large" loading={form.formState.isSubmitting}>
        {text('signIn.continue')}
      </Button>
      <Button onClick={onBack} sx={{ alignSelf: 'start' }}>
        {text('signIn.back')}
      </Button>
    </Stack>
  );
}
