import { Button, Skeleton } from '@mui/material';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { formatMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { DeadEnd } from '../sign-in/dead-end.js';
import { EmailForm } from '../sign-in/email-form.js';
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
      <EmailForm
        onEmail={async (email) => {
          await callOperation('startSignUp', { body: { email } });
          setSentTo(email);
        }}
        action={text('signUp.send')}
        footer={
          <Button component={Link} to="/login" sx={{ alignSelf: 'start' }}>
            {text('setUp.toSignIn')}
          </Button>
        }
      />
    </Entrance>
  );
}
