import { Button } from '@mui/material';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { callAuth } from '../api/call-auth.js';
import { useText } from '../i18n/use-text.js';
import { DeadEnd } from './dead-end.js';
import { Entrance } from './entrance.js';
import { EntranceForm, NewPasswordField } from './entrance-form.js';
import { useLinkToken } from './use-link-token.js';

export default function ResetPassword() {
  const text = useText();
  const token = useLinkToken();
  const [isDone, setDone] = useState(false);
  const form = useForm({ defaultValues: { newPassword: '' } });
  const reset = async ({ newPassword }: { newPassword: string }): Promise<void> => {
    await callAuth('reset-password', { token, newPassword });
    setDone(true);
  };
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
      <EntranceForm form={form} send={reset} action={text('setUp.submitPassword')}>
        <NewPasswordField form={form} name="newPassword" label={text('account.newPassword')} autoFocus />
      </EntranceForm>
    </Entrance>
  );
}
