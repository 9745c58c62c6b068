import { Button } from '@mui/material';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { useMutation } from '@tanstack/react-query';
import { useLogin } from 'react-admin';
import { callAuth, readAuth } from '../api/call-auth.js';
import type { SignInStep } from '../api/auth-provider.js';
import { useText } from '../i18n/use-text.js';

const DONE: SignInStep = { kind: 'done' };

interface PasskeyButtonProps {
  readonly onError: (error: Error | null) => void;
}

/** Signs in without a password; what the browser offers is its business. */
export function PasskeyButton({ onError }: PasskeyButtonProps) {
  const text = useText();
  const login = useLogin();
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      onError(null);
      // not loaded with the page: most sign in otherwise
      const { startAuthentication, WebAuthnError } = await import('@simplewebauthn/browser');
      const optionsJSON = await readAuth<PublicKeyCredentialRequestOptionsJSON>(
        'passkey/generate-authenticate-options',
      );
      const response = await startAuthentication({ optionsJSON }).catch((failure: unknown) => {
        throw failure instanceof WebAuthnError ? new Error(text('signIn.noPasskey')) : failure;
      });
      await callAuth('passkey/verify-authentication', { response });
      await login(DONE);
    },
    onError,
  });
  if (!('PublicKeyCredential' in window)) return null;
  return (
    <Button variant="outlined" size="large" loading={isPending} onClick={() => mutate()}>
      {text('signIn.passkey')}
    </Button>
  );
}
