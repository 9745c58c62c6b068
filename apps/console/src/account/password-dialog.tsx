import { Alert } from '@mui/material';
import type { ReactNode } from 'react';
import { useForm } from 'react-hook-form';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { authErrorText } from '../sign-in/auth-error-text.js';

interface PasswordDialogProps {
  readonly title: string;
  readonly action: string;
  readonly children?: ReactNode;
  readonly onPassword: (password: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for the password before something about the way in is changed. */
export function PasswordDialog({ title, action, children, onPassword, onClose }: PasswordDialogProps) {
  const text = useText();
  const form = useForm({ defaultValues: { password: '' } });
  const { error, submit } = useSubmit(form, ({ password }) => onPassword(password));
  return (
    <FormDialog
      title={title}
      action={action}
      error={null}
      isSubmitting={form.formState.isSubmitting}
      maxWidth="xs"
      submit={submit}
      onClose={onClose}
    >
      {error !== null && <Alert severity="error">{authErrorText(error, text)}</Alert>}
      {children}
      <FormField
        form={form}
        name="password"
        type="password"
        label={text('signIn.password')}
        autoFocus
        autoComplete="current-password"
        rules={{ required: text('setUp.required') }}
      />
    </FormDialog>
  );
}
