import { Alert, Button, Stack } from '@mui/material';
import type { ReactNode } from 'react';
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { authErrorText } from './auth-error-text.js';
import { usePasswordRules } from './use-password-rules.js';

interface EntranceFormProps<Values extends FieldValues> {
  readonly form: UseFormReturn<Values>;
  readonly send: (values: Values) => Promise<void>;
  /** What the button does. */
  readonly action: string;
  /** The fields. */
  readonly children: ReactNode;
  /** Under the button: other ways on. */
  readonly footer?: ReactNode;
}

/** A form of those who are not signed in yet: what went wrong, the fields, the one thing to do. */
export function EntranceForm<Values extends FieldValues>(props: EntranceFormProps<Values>) {
  const { form, send, action, children, footer } = props;
  const text = useText();
  const { error, submit } = useSubmit(form, send);
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
      {error !== null && <Alert severity="error">{authErrorText(error, text)}</Alert>}
      {children}
      <Button type="submit" variant="contained" size="large" loading={form.formState.isSubmitting}>
        {action}
      </Button>
      {footer}
    </Stack>
  );
}

interface FieldOf<Values extends FieldValues> {
  readonly form: UseFormReturn<Values>;
  readonly name: Path<Values>;
  readonly label?: string;
  readonly autoFocus?: boolean;
}

/** A password that is chosen, twelve characters at least. */
export function NewPasswordField<Values extends FieldValues>({ label, ...field }: FieldOf<Values>) {
  const text = useText();
  const rules = usePasswordRules();
  return (
    <FormField
      {...field}
      label={label ?? text('setUp.password')}
      hint={text('setUp.passwordHint')}
      type="password"
      autoComplete="new-password"
      rules={rules}
    />
  );
}

/** What somebody new is called. */
export function NameField<Values extends FieldValues>({ form, name }: Pick<FieldOf<Values>, 'form' | 'name'>) {
  const text = useText();
  return (
    <FormField
      form={form}
      name={name}
      label={text('setUp.name')}
      autoComplete="name"
      autoFocus
      rules={{ required: text('setUp.required') }}
    />
  );
}
