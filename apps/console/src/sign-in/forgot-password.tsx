import { Button } from '@mui/material';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { callAuth } from '../api/call-auth.js';
import { useText } from '../i18n/use-text.js';
import { EmailForm } from './email-form.js';
import { Entrance } from './entrance.js';

export default function ForgotPassword() {
  const text = useText();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const back = (
    <Button component={Link} to="/login" sx={{ alignSelf: 'start' }}>
      {text('signIn.back')}
    </Button>
  );
  if (sentTo !== null) {
    return (
      <Entrance title={text('reset.sentTitle')} lead={text('reset.sent', { email: sentTo })}>
        {back}
      </Entrance>
    );
  }
  return (
    <Entrance title={text('reset.forgotTitle')} lead={text('reset.forgotLead')}>
      <EmailForm
        onEmail={async (email) => {
          await callAuth('request-password-reset', { email });
          setSentTo(email);
        }}
        action={text('reset.send')}
        footer={back}
      />
    </Entrance>
  );
}
