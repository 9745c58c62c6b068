import { Alert } from '@mui/material';
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { FormField } from '../forms/form-field.js';
import { useText } from '../i18n/use-text.js';
import { AMOUNT, WHOLE_NUMBER, type LimitFields } from './limit-draft.js';

const COUNTS = ['requestsPerMinute', 'tokensPerMinute', 'concurrency'] as const;

interface LimitInputsProps<Values extends FieldValues & LimitFields> {
  readonly form: UseFormReturn<Values>;
}

/** The budget and the three ceilings of whatever can have them. */
export function LimitInputs<Values extends FieldValues & LimitFields>({ form }: LimitInputsProps<Values>) {
  const text = useText();
  // they are among the form's fields by its type
  const named = (name: keyof LimitFields): Path<Values> => name as string as Path<Values>;
  if (form.getValues(named('limitsSource')) === 'file') {
    return (
      <Alert severity="info" sx={{ gridColumn: '1 / -1' }}>
        {text('budgets.file')}
      </Alert>
    );
  }
  return (
    <>
      <FormField
        form={form}
        name={named('monthlyBudget')}
        label={text('keys.budget')}
        hint={text('keys.budgetHint')}
        slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        rules={{ pattern: { value: AMOUNT, message: text('keys.notMoney') } }}
      />
      {COUNTS.map((name) => (
        <FormField
          key={name}
          form={form}
          name={named(name)}
          label={text(`keys.${name}`)}
          slotProps={{ htmlInput: { inputMode: 'decimal' } }}
          rules={{ pattern: { value: WHOLE_NUMBER, message: text('keys.notANumber') } }}
        />
      ))}
    </>
  );
}
