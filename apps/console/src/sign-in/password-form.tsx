import { Alert, Button, Divider, Link as MuiLink, Stack, TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { useLogin } from 'react-admin';
import { useForm } from 'react-hook-form';
import { Link, useSearchParams } from 'react-router-dom';
import { SecondFactorNeeded, type SignInStep } from '../api/auth-provider.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { authErrorText } from './auth-error-text.js';
import { PasskeyButton } from './passkey-button.js';
import { ssoErrorKey } from './sso-error-key.js';

interface PasswordFormProps {
  readonly onCodeNeeded: () => void;
  readonly onSso: () => void;
}

export function PasswordForm({ onCodeNeeded, onSso }: PasswordFormProps) {
  const text = useText();
  const login = useLogin();
  const [error, setError] = useState<Error | null>(null);
  const { data: entrance } = useOperation('readEntrance', {});
  const { register, handleSubmit, formState } = useForm({ defaultValues: { email: '', password: '' } });
  const submit = handleSubmit(async (details) => {
    setError(null);
    const step: SignInStep = { kind: 'password', ...details };
    await login(step).catch((failure: unknown) => {
      if (failure instanceof SecondFactorNeeded) onCodeNeeded();
      else setError(failure instanceof Error ? failure : new Error());
    });
  });
  return (
    <Stack sx={{ gap: 4 }}>
      <Stack component="form" noValidate onSubmit={(event) => void submit(event)} sx={{ gap: 4 }}>
        {error === null ? <SsoRefusal /> : <Alert severity="error">{authErrorText(error, text)}</Alert>}
        <TextField
          label={text('signIn.email')}
          type="email"
          autoComplete="username"
          autoFocus
          required
          {...register('email', { required: true })}
        />
        <TextField
          label={text('signIn.password')}
          type="password"
          autoComplete="current-password"
          required
          {...register('password', { required: true })}
        />
        <Button type="submit" variant="contained" size="large" loading={formState.isSubmitting}>
          {text('signIn.submit')}
        </Button>
      </Stack>
      <Forgotten mail={entrance?.mail} />
      <Divider sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>{text('signIn.or')}</Divider>
      <Stack sx={{ gap: 2 }}>
        <PasskeyButton onError={setError} />
        {entrance?.singleSignOn === true && (
          <Button variant="outlined" size="large" onClick={onSso}>
            {text('signIn.sso')}
          </Button>
        )}
      </Stack>
      {entrance?.signUp === 'open' && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {text('signIn.newHere')}{' '}
          <MuiLink component={Link} to="/sign-up">
            {text('signIn.signUp')}
          </MuiLink>
        </Typography>
      )}
    </Stack>
  );
}

/** Where mail can be sent, a link; elsewhere only who runs the installation can help. */
function Forgotten({ mail }: { readonly mail: boolean | undefined }) {
  const text = useText();
  if (mail === undefined) return <Typography variant="body2">&nbsp;</Typography>;
  if (mail) {
    return (
      <MuiLink component={Link} to="/forgot-password" variant="body2">
        {text('signIn.forgotPassword')}
      </MuiLink>
    );
  }
  return (
    <Typography variant="body2" sx={{ color: 'text.secondary' }}>
      {text('signIn.forgotten')}
    </Typography>
  );
}

/** Why the organization's provider, or what it said, did not lead in. */
function SsoRefusal() {
  const text = useText();
  const [search] = useSearchParams();
  const code = search.get('error');
  return code === null ? null : <Alert severity="error">{text(ssoErrorKey(code))}</Alert>;
}
