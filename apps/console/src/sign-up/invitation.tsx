import { Alert, Button, Skeleton, Stack, Typography } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { OpenInvitation } from '@tollgate/wire';
import { useForm } from 'react-hook-form';
import { Link, useLocation } from 'react-router-dom';
import { callAuth, readAuth } from '../api/call-auth.js';
import { callOperation } from '../api/call-operation.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { DeadEnd } from '../sign-in/dead-end.js';
import { Entrance } from '../sign-in/entrance.js';
import { EntranceForm, NameField, NewPasswordField } from '../sign-in/entrance-form.js';
import { useLinkCheck } from '../sign-in/use-link-check.js';
import { useLinkToken } from '../sign-in/use-link-token.js';

interface Accepting {
  readonly token: string;
  readonly invitation: OpenInvitation;
}

/** Where the link in an invitation leads: to a new account, or into the organization with the one that is there. */
export default function Invitation() {
  const text = useText();
  const token = useLinkToken();
  const { result, isSpent } = useLinkCheck('checkInvitation', token);
  const { data, error, refetch } = result;
  if (token === '') return <DeadEnd title={text('invitation.noToken')} hint={text('reset.noTokenHint')} />;
  if (isSpent) return <DeadEnd title={text('invitation.spent')} hint={text('invitation.spentHint')} />;
  if (data === undefined) {
    return (
      <Entrance title={text('invitation.waiting')} lead="">
        {error === null ? (
          <Skeleton variant="rounded" height={240} />
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )}
      </Entrance>
    );
  }
  const role = text(`roles.${data.role}`);
  return (
    <Entrance
      title={text('invitation.title', { organization: data.organization })}
      lead={
        data.invitedBy === null
          ? text('invitation.lead', { role })
          : text('invitation.leadBy', { role, name: data.invitedBy })
      }
    >
      {data.hasAccount ? (
        <WithAccount token={token} invitation={data} />
      ) : (
        <NewAccount token={token} invitation={data} />
      )}
    </Entrance>
  );
}

function NewAccount({ token, invitation: { email } }: Accepting) {
  const text = useText();
  const form = useForm({ defaultValues: { name: '', password: '' } });
  const join = async (account: { name: string; password: string }): Promise<void> => {
    await callOperation('acceptInvitation', { body: { token, ...account } });
    // the answer has signed in; everything is read anew for whom it was
    window.location.assign('/');
  };
  return (
    <EntranceForm form={form} send={join} action={text('invitation.join')}>
      <Typography variant="body2">{text('invitation.for', { email })}</Typography>
      <NameField form={form} name="name" />
      <NewPasswordField form={form} name="password" />
    </EntranceForm>
  );
}

interface SessionAnswer {
  readonly user: { readonly email: string };
}

/** Only who is signed in with the address that the invitation went to may accept it. */
function WithAccount({ token, invitation: { email } }: Accepting) {
  const text = useText();
  const location = useLocation();
  const { data: session, isPending } = useQuery({
    queryKey: ['session'],
    queryFn: () => readAuth<SessionAnswer | null>('get-session'),
  });
  const accept = useMutation({
    mutationFn: async () => {
      await callOperation('acceptInvitation', { body: { token } });
      window.location.assign('/');
    },
  });
  const change = useMutation({ mutationFn: () => callAuth('sign-out'), onSuccess: () => window.location.reload() });
  if (isPending) return <Skeleton variant="rounded" height={120} />;
  const back = { nextPathname: location.pathname, nextSearch: location.search + location.hash };
  if (session == null) {
    return (
      <Stack sx={{ gap: 4 }}>
        <Typography variant="body2">{text('invitation.signInFirst', { email })}</Typography>
        <Button variant="contained" size="large" component={Link} to="/login" state={back}>
          {text('signIn.submit')}
        </Button>
      </Stack>
    );
  }
  const isTheirs = session.user.email.toLowerCase() === email.toLowerCase();
  return (
    <Stack sx={{ gap: 4 }}>
      {accept.error !== null && <Alert severity="error">{accept.error.message}</Alert>}
      <Typography variant="body2">
        {text(isTheirs ? 'invitation.for' : 'invitation.otherAccount', { email, current: session.user.email })}
      </Typography>
      {isTheirs ? (
        <Button variant="contained" size="large" loading={accept.isPending} onClick={() => accept.mutate()}>
          {text('invitation.join')}
        </Button>
      ) : (
        <Button variant="outlined" size="large" loading={change.isPending} onClick={() => change.mutate()}>
          {text('topBar.signOut')}
        </Button>
      )}
    </Stack>
  );
}
