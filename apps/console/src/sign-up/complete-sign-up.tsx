import { Alert, Button, Skeleton, Stack } from '@mui/material';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { DeadEnd } from '../sign-in/dead-end.js';
import { Entrance } from '../sign-in/entrance.js';
import { useLinkCheck } from '../sign-in/use-link-check.js';
import { usePasswordRules } from '../sign-in/use-password-rules.js';

/** Where somebody new gets to what they came for. */
const FIRST_KEY = '/keys/create';

export function CompleteSignUp({ token }: { readonly token: string }) {
  const text = useText();
  const { result, isSpent } = useLinkCheck('checkSignUp', token);
  const { data, error, refetch } = result;
  if (isSpent) return <DeadEnd title={text('signUp.spent')} hint={text('signUp.spentHint')} />;
  return (
    <Entrance
      title={text('signUp.completeTitle')}
      lead={data === undefined ? '' : text('invitation.for', { email: data.email })}
    >
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton variant="rounded" height={240} />}
      {data !== undefined && <CompletionForm token={token} />}
    </Entrance>
  );
}

function CompletionForm({ token }: { readonly token: string }) {
  const text = useText();
  const rules = usePasswordRules();
  const form = useForm({ defaultValues: { name: '', password: '', organization: '' } });
  const { error, submit } = useSubmit(form, async (body) => {
    await callOperation('completeSignUp', { body: { token, ...body } });
    // the answer has signed in; everything is read anew for whom it was
    window.location.assign(FIRST_KEY);
  });
  const required = text('setUp.required');
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
      {error !== null && <Alert severity="error">{error.message}</Alert>}
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
        name="password"
        label={text('setUp.password')}
        hint={text('setUp.passwordHint')}
        type="password"
        autoComplete="new-password"
        rules={rules}
      />
      <FormField
        form={form}
        name="organization"
        label={text('signUp.organization')}
        hint={text('signUp.organizationHint')}
        autoComplete="organization"
        rules={{ required }}
      />
      <Button type="submit" variant="contained" size="large" loading={form.formState.isSubmitting}>
        {text('setUp.submit')}
      </Button>
    </Stack>
  );
}
