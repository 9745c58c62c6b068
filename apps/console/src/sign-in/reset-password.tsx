import { Alert, Button, Stack } from '@mui/material';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { callAuth } from '../api/call-auth.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { authErrorText } from './auth-error-text.js';
import { DeadEnd } from './dead-end.js';
import { Entrance } from './entrance.js';
import { useLinkToken } from './use-link-token.js';
import { usePasswordRules } from './use-password-rules.js';

export default function ResetPassword() {
  const text = useText();
  const token = useLinkToken();
  const rules = usePasswordRules();
  const [isDone, setDone] = useState(false);
  const form = useForm({ defaultValues: { newPassword: '' } });
  const { error, submit } = useSubmit(form, async ({ newPassword }) => {
    await callAuth('reset-password', { token, newPassword });
    setDone(true);
  });
  if (token === '') return <DeadEnd title={text('reset.noToken')} hint={text('reset.noTokenHint')} />;
  if (isDone) {
    return (
      <Entrance title={text('reset.doneTitle')} lead={text('reset.done')}>
        <Button variant="contained" size="large" component={Link} to="/login">
          {text('signIn.submit')}
        </Button>
      </Entrance>
    );
  }
  return (
    <Entrance title={text('setUp.newPassword')} lead={text('reset.lead')}>
      <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
        {error !== null && <Alert severity="error">{authErrorText(error, text)}</Alert>}
        <FormField
          form={form}
          name="newPassword"
          type="password"
          label={text('account.newPassword')}
          hint={text('setUp.passwordHint')}
          autoFocus
          autoComplete="new-password"
          rules={rules}
        />
        <Button type="submit" variant="contained" size="large" loading={form.formState.isSubmitting}>
          {text('setUp.submitPassword')}
        </Button>
      </Stack>
    </Entrance>
  );
}
