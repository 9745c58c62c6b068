import { Skeleton } from '@mui/material';
import type { SetupLink } from '@tollgate/wire';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormField } from '../forms/form-field.js';
import { useText, type Text } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { DeadEnd } from '../sign-in/dead-end.js';
import { Entrance } from '../sign-in/entrance.js';
import { EntranceForm, NameField, NewPasswordField } from '../sign-in/entrance-form.js';
import { useLinkCheck } from '../sign-in/use-link-check.js';
import { useLinkToken } from '../sign-in/use-link-token.js';

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

interface SetUpValues {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

function SetUpForm({ token, link }: { readonly token: string; readonly link: SetupLink }) {
  const text = useText();
  const form = useForm<SetUpValues>({ defaultValues: { name: '', email: link.email ?? '', password: '' } });
  const isNew = link.purpose === 'new-owner';
  const complete = async ({ password, name, email }: SetUpValues): Promise<void> => {
    await callOperation('completeSetup', { body: { token, password, ...(isNew ? { name, email } : {}) } });
    // the answer has signed in; everything is read anew for whom it was
    window.location.assign('/');
  };
  return (
    <EntranceForm form={form} send={complete} action={text(isNew ? 'setUp.submit' : 'setUp.submitPassword')}>
      {isNew && (
        <>
          <NameField form={form} name="name" />
          <FormField
            form={form}
            name="email"
            label={text('setUp.email')}
            type="email"
            autoComplete="username"
            rules={{ required: text('setUp.required') }}
          />
        </>
      )}
      <NewPasswordField form={form} name="password" autoFocus={!isNew} />
    </EntranceForm>
  );
}
