import { startRegistration, WebAuthnError, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { Alert } from '@mui/material';
import { useForm } from 'react-hook-form';
import { callAuth, readAuth } from '../api/call-auth.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { authErrorText } from '../sign-in/auth-error-text.js';
import { deviceOf } from './device-of.js';

interface AddPasskeyDialogProps {
  readonly onAdded: () => Promise<void>;
  readonly onClose: () => void;
}

/** Names the passkey, then the browser asks for the finger, the face or the key. */
export function AddPasskeyDialog({ onAdded, onClose }: AddPasskeyDialogProps) {
  const text = useText();
  const form = useForm({ defaultValues: { name: deviceOf(window.navigator.userAgent) ?? '' } });
  const { error, submit } = useSubmit(form, async ({ name }) => {
    const optionsJSON = await readAuth<PublicKeyCredentialCreationOptionsJSON>('passkey/generate-register-options');
    const response = await startRegistration({ optionsJSON });
    await callAuth('passkey/verify-registration', { response, name });
    await onAdded();
  });
  const isAbandoned = error instanceof WebAuthnError;
  return (
    <FormDialog
      title={text('account.addPasskeyTitle')}
      action={text('account.addPasskey')}
      error={null}
      isSubmitting={form.formState.isSubmitting}
      maxWidth="xs"
      submit={submit}
      onClose={onClose}
    >
      {error !== null && (
        <Alert severity="error">{isAbandoned ? text('account.passkeyAbandoned') : authErrorText(error, text)}</Alert>
      )}
      <FormField
        form={form}
        name="name"
        label={text('account.passkeyName')}
        hint={text('account.passkeyNameHint')}
        autoFocus
        rules={{ required: text('setUp.required'), maxLength: 100 }}
      />
    </FormDialog>
  );
}
