import { Alert, Button, Stack } from '@mui/material';
import { useState } from 'react';
import { useLogin } from 'react-admin';
import { useForm } from 'react-hook-form';
import type { SignInStep } from '../api/auth-provider.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { authErrorText } from './auth-error-text.js';

/** The second step: what the phone shows, or one of the codes for when it is lost. */
export function CodeForm({ onBack }: { readonly onBack: () => void }) {
  const text = useText();
  const login = useLogin();
  const [kind, setKind] = useState<'totp' | 'backup-code'>('totp');
  const form = useForm({ defaultValues: { code: '' } });
  const { error, submit } = useSubmit(form, async ({ code }) => {
    const step: SignInStep = { kind, code: code.replaceAll(/\s/g, '') };
    await login(step);
  });
  const other = kind === 'totp' ? 'backup-code' : 'totp';
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
      {error !== null && <Alert severity="error">{authErrorText(error, text)}</Alert>}
      <FormField
        key={kind}
        form={form}
        name="code"
        label={text(kind === 'totp' ? 'signIn.code' : 'signIn.backupCode')}
        autoFocus
        autoComplete="one-time-code"
        slotProps={{ htmlInput: { inputMode: kind === 'totp' ? 'numeric' : 'text' } }}
        rules={{ required: text('setUp.required') }}
      />
      <Button type="submit" variant="contained" size="large" loading={form.formState.isSubmitting}>
        {text('signIn.submit')}
      </Button>
      <Stack direction="row" sx={{ justifyContent: 'space-between', mx: -3 }}>
        <Button onClick={onBack}>{text('signIn.back')}</Button>
        <Button
          onClick={() => {
            form.reset({ code: '' });
            setKind(other);
          }}
        >
          {text(other === 'totp' ? 'signIn.useCode' : 'signIn.useBackupCode')}
        </Button>
      </Stack>
    </Stack>
  );
}
