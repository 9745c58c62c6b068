import { Alert, Button, Skeleton, Stack } from '@mui/material';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { formatMoney } from '../figures/format-money.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { DeadEnd } from '../sign-in/dead-end.js';
import { Entrance } from '../sign-in/entrance.js';
import { useLinkToken } from '../sign-in/use-link-token.js';
import { CompleteSignUp } from './complete-sign-up.js';

/** First the address is asked for, then the link that went there leads here again. */
export default function SignUp() {
  const token = useLinkToken();
  return token === '' ? <StartSignUp /> : <CompleteSignUp token={token} />;
}

function StartSignUp() {
  const text = useText();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { data, error, refetch } = useOperation('readEntrance', {});
  if (data === undefined) {
    return (
      <Entrance title={text('signUp.title')} lead="">
        {error === null ? (
          <Skeleton variant="rounded" height={120} />
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )}
      </Entrance>
    );
  }
  if (data.signUp !== 'open') return <DeadEnd title={text('signUp.closed')} hint={text('signUp.closedHint')} />;
  if (sentTo !== null) {
    return (
      <Entrance title={text('signUp.sentTitle')} lead={text('signUp.sent', { email: sentTo })}>
        <Button component={Link} to="/login" sx={{ alignSelf: 'start' }}>
          {text('signIn.back')}
        </Button>
      </Entrance>
    );
  }
  const grant = data.starterGrant;
  return (
    <Entrance
      title={text('signUp.title')}
      lead={grant === null ? text('signUp.lead') : text('signUp.leadGrant', { grant: formatMoney(grant) })}
    >
      <AddressForm onSent={setSentTo} />
    </Entrance>
  );
}

function AddressForm({ onSent }: { readonly onSent: (email: string) => void }) {
  const text = useText();
  const form = useForm({ defaultValues: { email: '' } });
  const { error, submit } = useSubmit(form, async (body) => {
    await callOperation('startSignUp', { body });
    onSent(body.email);
  });
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
      {error !== null && <Alert severity="error">{error.message}</Alert>}
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
        {text('signUp.send')}
      </Button>
      <Button component={Link} to="/login" sx={{ alignSelf: 'start' }}>
        {text('setUp.toSignIn')}
      </Button>
    </Stack>
  );
}
