import { Button } from '@mui/material';
import { callAuth } from '../api/call-auth.js';
import { useText } from '../i18n/use-text.js';
import { EmailForm } from './email-form.js';

/** The address says which organization, and so which provider. */
export function SsoForm({ onBack }: { readonly onBack: () => void }) {
  const text = useText();
  const leave = async (email: string): Promise<void> => {
    const { url } = await callAuth<{ readonly url: string }>('sign-in/sso', { email, returnTo: '/' });
    window.location.assign(url);
  };
  return (
    <EmailForm
      onEmail={leave}
      action={text('signIn.continue')}
      footer={
        <Button onClick={onBack} sx={{ alignSelf: 'start' }}>
          {text('signIn.back')}
        </Button>
      }
    />
  );
}
