import { useState } from 'react';
import { useText } from '../i18n/use-text.js';
import { CodeForm } from './code-form.js';
import { Entrance } from './entrance.js';
import { PasswordForm } from './password-form.js';
import { SsoForm } from './sso-form.js';

/** With the password and, where one is set, a code; with a passkey; or by the organization's own provider. */
export default function SignIn() {
  const text = useText();
  const [step, setStep] = useState<'password' | 'code' | 'sso'>('password');
  switch (step) {
    case 'password':
      return (
        <Entrance title={text('signIn.title')} lead={text('signIn.lead')}>
          <PasswordForm onCodeNeeded={() => setStep('code')} onSso={() => setStep('sso')} />
        </Entrance>
      );
    case 'code':
      return (
        <Entrance title={text('signIn.codeTitle')} lead={text('signIn.codeLead')}>
          <CodeForm onBack={() => setStep('password')} />
        </Entrance>
      );
    case 'sso':
      return (
        <Entrance title={text('signIn.ssoTitle')} lead={text('signIn.ssoLead')}>
          <SsoForm onBack={() => setStep('password')} />
        </Entrance>
      );
  }
}
