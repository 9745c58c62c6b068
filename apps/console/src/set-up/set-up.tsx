import { Alert, Button, Skeleton, Stack } from '@mui/material';
import type { SetupLink } from '@tollgate/wire';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText, type Text } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { DeadEnd } from '../sign-in/dead-end.js';
import { Entrance } from '../sign-in/entrance.js';
import { useLinkCheck } from '../sign-in/use-link-check.js';
import { useLinkToken } from '../sign-in/use-link-token.js';
import { usePasswordRules } from '../sign-in/use-password-rules.js';

/** Where a set-up link leads. */
export default function SetUp() {
  const text = useText();
  const token = useLinkToken();
  const { result, isSpent } = useLinkCheck('checkSetupLink', token);
  const { data, error, refetch } = result;
  const title = text(data?.purpose === 'new-password' ? 'setUp.newPassword' : 'setUp.title');
  if (token === '') return <DeadEnd title={text('setUp.noToken')} hint={text('setUp.noTokenHint')} />;
  if (isSpent) return <DeadEnd title={text('setUp.spent')} hint={text('setUp.spentHint')} />;
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

function SetUpForm({ token, link }: { readonly token: string; readonly link: SetupLink }) {
  const text = useText();
  const rules = usePasswordRules();
  const form = useForm({ defaultValues: { name: '', email: link.email ?? '', password: '' } });
  const isNew = link.purpose === 'new-owner';
  const { error, submit } = useSubmit(form, async ({ password, name, email }) => {
    await callOperation('completeSetup', { body: { token, password, ...(isNew ? { name, email } : {}) } });
    // the answer has signed in; everything is read anew for whom it was
    window.location.assign('/');
  });
  const required = text('setUp.required');
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
      {error !== null && <Alert severity="error">{error.message}</Alert>}
      {isNew && (
        <>
          <FormField
            form={form}
            name="name"
            label={text('setUp.name')}
            autoComplete="name"
            autoFocus
            rules={{ required }}
          />
          <FormField
            form={form}
            name="email"
            label={text('setUp.email')}
            type="email"
            autoComplete="username"
            rules={{ required }}
          />
        </>
      )}
      <FormField
        form={form}
        name="password"
        label={text('setUp.password')}
        hint={text('setUp.passwordHint')}
        type="password"
        autoComplete="new-password"
        rules={rules}
      />
      <Button type="submit" variant="contained" size="large" loading={form.formState.isSubmitting}>
        {text(isNew ? 'setUp.submit' : 'setUp.submitPassword')}
      </Button>
    </Stack>
  );
}
