import { Skeleton } from '@mui/material';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormField } from '../forms/form-field.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { DeadEnd } from '../sign-in/dead-end.js';
import { Entrance } from '../sign-in/entrance.js';
import { EntranceForm, NameField, NewPasswordField } from '../sign-in/entrance-form.js';
import { useLinkCheck } from '../sign-in/use-link-check.js';

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
  const form = useForm({ defaultValues: { name: '', password: '', organization: '' } });
  const complete = async (body: { name: string; password: string; organization: string }): Promise<void> => {
    await callOperation('completeSignUp', { body: { token, ...body } });
    // the answer has signed in; everything is read anew for whom it was
    window.location.assign(FIRST_KEY);
  };
  return (
    <EntranceForm form={form} send={complete} action={text('setUp.submit')}>
      <NameField form={form} name="name" />
      <NewPasswordField form={form} name="password" />
      <FormField
        form={form}
        name="organization"
        label={text('signUp.organization')}
        hint={text('signUp.organizationHint')}
        autoComplete="organization"
        rules={{ required: text('setUp.required') }}
      />
    </EntranceForm>
  );
}
