import type { ReactNode } from 'react';
import { useForm } from 'react-hook-form';
import { FormField } from '../forms/form-field.js';
import { useText } from '../i18n/use-text.js';
import { EntranceForm } from './entrance-form.js';

interface EmailFormProps {
  readonly onEmail: (email: string) => Promise<void>;
  /** What the button does. */
  readonly action: string;
  /** The way back. */
  readonly footer: ReactNode;
}

/** Asks for an address, and nothing else. */
export function EmailForm({ onEmail, action, footer }: EmailFormProps) {
  const text = useText();
  const form = useForm({ defaultValues: { email: '' } });
  return (
    <EntranceForm form={form} send={({ email }) => onEmail(email)} action={action} footer={footer}>
      <FormField
        form={form}
        name="email"
        type="email"
        label={text('signIn.email')}
        autoFocus
        autoComplete="username"
        rules={{ required: text('setUp.required') }}
      />
    </EntranceForm>
  );
}
