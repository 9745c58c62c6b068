import { Alert, Button, Skeleton, Stack, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { SetupLink } from '@tollgate/wire';
import { useForm } from 'react-hook-form';
import { Link, useLocation } from 'react-router-dom';
import { ApiError } from '../api/api-error.js';
import { callOperation } from '../api/call-operation.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText, type Text } from '../i18n/use-text.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Entrance } from '../sign-in/entrance.js';

const MIN_PASSWORD_LENGTH = 12;
const GONE = 410;

/** Where a set-up link leads: the token stands behind the #, so that it reaches no log. */
export function SetUp() {
  const text = useText();
  const { hash } = useLocation();
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const { data, error, refetch } = useQuery({
    queryKey: ['checkSetupLink', token],
    queryFn: () => callOperation('checkSetupLink', { body: { token } }),
    enabled: token !== '',
    // a link that was used in another window does not work in this one
    staleTime: 0,
  });
  const title = text(data?.purpose === 'new-password' ? 'setUp.newPassword' : 'setUp.title');
  if (token === '') return <DeadEnd title={text('setUp.noToken')} hint={text('setUp.noTokenHint')} />;
  if (error instanceof ApiError && error.status >= 400 && error.status <= GONE) {
    return <DeadEnd title={text('setUp.spent')} hint={text('setUp.spentHint')} />;
  }
  return (
    <Entrance title={title} lead={leadOf(data, text)}>
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton variant="rounded" height={240} />}
      {data !== undefined && <SetUpForm token={token} link={data} />}
    </Entrance>
  );
}

function leadOf(link: SetupLink | undefined, text: Text): string {
  if (link?.purpose === 'new-password') return text('setUp.newPasswordLead', { email: link.email ?? '' });
  return text('setUp.lead');
}

function DeadEnd({ title, hint }: { readonly title: string; readonly hint: string }) {
  const text = useText();
  return (
    <Entrance title={title} lead="">
      <EmptyNotice
        title={title}
        action={
          <Button variant="outlined" component={Link} to="/login">
            {text('setUp.toSignIn')}
          </Button>
        }
      >
        {hint}
      </EmptyNotice>
    </Entrance>
  );
}

interface Account {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

function SetUpForm({ token, link }: { readonly token: string; readonly link: SetupLink }) {
  const text = useText();
  const form = useForm<Account>({ defaultValues: { name: '', email: link.email ?? '', password: '' } });
  const { error, submit } = useSubmit(form, async ({ password, name, email }) => {
    const isNew = link.purpose === 'new-owner';
    await callOperation('completeSetup', { body: { token, password, ...(isNew ? { name, email } : {}) } });
    // the answer has signed in; everything is read anew for whom it was
    window.location.assign('/');
  });
  const { errors, isSubmitting } = form.formState;
  const required = text('setUp.required');
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
      {error !== null && <Alert severity="error">{error.message}</Alert>}
      {link.purpose === 'new-owner' && (
        <>
          <TextField
            label={text('setUp.name')}
            autoComplete="name"
            autoFocus
            error={errors.name !== undefined}
            helperText={errors.name?.message}
            {...form.register('name', { required })}
          />
          <TextField
            label={text('setUp.email')}
            type="email"
            autoComplete="username"
            error={errors.email !== undefined}
            helperText={errors.email?.message}
            {...form.register('email', { required })}
          />
        </>
      )}
      <TextField
        label={text('setUp.password')}
        type="password"
        autoComplete="new-password"
        error={errors.password !== undefined}
        helperText={errors.password?.message ?? text('setUp.passwordHint')}
        {...form.register('password', {
          required,
          minLength: { value: MIN_PASSWORD_LENGTH, message: text('setUp.tooShort') },
        })}
      />
      <Button type="submit" variant="contained" size="large" loading={isSubmitting}>
        {text(link.purpose === 'new-owner' ? 'setUp.submit' : 'setUp.submitPassword')}
      </Button>
    </Stack>
  );
}
