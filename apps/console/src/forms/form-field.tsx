import { TextField, type TextFieldProps } from '@mui/material';
import type { ReactNode } from 'react';
import type { FieldValues, Path, RegisterOptions, UseFormReturn } from 'react-hook-form';

interface FormFieldProps<Values extends FieldValues> extends Omit<TextFieldProps, 'name' | 'error' | 'helperText'> {
  readonly form: UseFormReturn<Values>;
  readonly name: Path<Values>;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly rules?: RegisterOptions<Values, Path<Values>>;
}

/** A field of a form, with what is wrong with it in the place of its hint. */
export function FormField<Values extends FieldValues>({ form, name, hint, rules, ...field }: FormFieldProps<Values>) {
  const { error } = form.getFieldState(name, form.formState);
  return (
    <TextField
      {...field}
      {...(field.select === true ? { defaultValue: form.getValues(name) } : {})}
      error={error !== undefined}
      helperText={error?.message ?? hint}
      {...form.register(name, rules)}
    />
  );
}
