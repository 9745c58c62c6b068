import { Alert, Button, Stack } from '@mui/material';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { callAuth } from '../api/call-auth.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { authErrorText } from './auth-error-text.js';
import { Entrance } from './entrance.js';

export default function ForgotPassword() {
  const text = useText();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({ defaultValues: { email: '' } });
  const { error, submit } = useSubmit(form, async ({ email }) => {
    await callAuth('request-password-reset', { email });
    setSentTo(email);
  });
  const back = (
    <Button component={Link} to="/login" sx={{ alignSelf: 'start' }}>
      {text('signIn.back')}
    </Button>
  );
  if (sentTo !== null) {
    return (
      <Entrance title={text('reset.sentTitle')} lead={text('reset.sent', { email: sentTo })}>
        {back}
      </Entrance>
    );
  }
  return (
    <Entrance title={text('reset.forgotTitle')} lead={text('reset.forgotLead')}>
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
          {text('reset.send')}
        </Button>
        {back}
      </Stack>
    </Entrance>
  );
}
