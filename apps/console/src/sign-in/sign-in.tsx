import { Alert, Button, Stack, TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { useLogin } from 'react-admin';
import { useForm } from 'react-hook-form';
import { ApiError } from '../api/api-error.js';
import type { SignInDetails } from '../api/auth-provider.js';
import { useText, type TextKey } from '../i18n/use-text.js';
import { Entrance } from './entrance.js';

export function SignIn() {
  const text = useText();
  const login = useLogin();
  const [error, setError] = useState<Error | null>(null);
  const { register, handleSubmit, formState } = useForm<SignInDetails>({ defaultValues: { email: '', password: '' } });
  const submit = handleSubmit(async (details) => {
    setError(null);
    await login(details).catch((failure: unknown) => setError(failure instanceof Error ? failure : new Error()));
  });
  return (
    <Entrance title={text('signIn.title')} lead={text('signIn.lead')}>
      <Stack component="form" noValidate onSubmit={(event) => void submit(event)} sx={{ gap: 4 }}>
        {error !== null && <Alert severity="error">{explain(error, text)}</Alert>}
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
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {text('signIn.forgotten')}
        </Typography>
      </Stack>
    </Entrance>
  );
}

const EXPLANATIONS: Readonly<Record<number, TextKey>> = {
  400: 'signIn.wrong',
  401: 'signIn.wrong',
  429: 'signIn.throttled',
  0: 'page.unreachable',
};

function explain(error: Error, text: ReturnType<typeof useText>): string {
  const known = error instanceof ApiError ? EXPLANATIONS[error.status] : undefined;
  return known === undefined ? error.message : text(known);
}
