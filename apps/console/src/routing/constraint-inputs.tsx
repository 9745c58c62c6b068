import { Autocomplete, Box, Checkbox, FormControlLabel, TextField } from '@mui/material';
import { Controller, type FieldValues, type Path, type UseFormReturn } from 'react-hook-form';
import { PROVIDER_TABLE } from 'virtual:provider-table';
import { FormField } from '../forms/form-field.js';
import { TextListInput } from '../forms/text-list-input.js';
import { useText } from '../i18n/use-text.js';
import { AMOUNT } from '../limits/limit-draft.js';
import type { ConstraintFields } from './constraint-draft.js';

const PROVIDER_IDS = PROVIDER_TABLE.map(({ id }) => id);
const PRICES = ['maxInputPrice', 'maxOutputPrice'] as const;

interface ConstraintInputsProps<Values extends FieldValues> {
  readonly form: UseFormReturn<Values>;
}

/** Where requests of a key, of a route, or of one simulation may go. */
export function ConstraintInputs<Values extends FieldValues & { readonly constraints: ConstraintFields }>({
  form,
}: ConstraintInputsProps<Values>) {
  const text = useText();
  // they are among the form's fields by its type
  const named = (name: keyof ConstraintFields): Path<Values> => `constraints.${name}` as Path<Values>;
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' } }}>
      <Controller
        control={form.control}
        name={named('providers')}
        render={({ field }) => (
          <ProvidersInput value={field.value as string[]} onChange={field.onChange} onBlur={field.onBlur} />
        )}
      />
      <Controller
        control={form.control}
        name={named('regions')}
        render={({ field }) => (
          <TextListInput
            value={field.value as string[]}
            onChange={field.onChange}
            label={text('routing.regions')}
            hint={text('routing.regionsHint')}
          />
        )}
      />
      {PRICES.map((name) => (
        <FormField
          key={name}
          form={form}
          name={named(name)}
          label={text(`routing.${name}`)}
          hint={text('routing.priceHint')}
          slotProps={{ htmlInput: { inputMode: 'decimal' } }}
          rules={{ pattern: { value: AMOUNT, message: text('routing.notAPrice') } }}
        />
      ))}
      <Controller
        control={form.control}
        name={named('localOnly')}
        render={({ field }) => (
          <FormControlLabel
            sx={{ gridColumn: '1 / -1' }}
            control={<Checkbox size="small" checked={field.value} onChange={field.onChange} />}
            label={text('routing.localOnly')}
          />
        )}
      />
    </Box>
  );
}

interface ProvidersInputProps {
  readonly value: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
  readonly onBlur: () => void;
}

function ProvidersInput({ value, onChange, onBlur }: ProvidersInputProps) {
  const text = useText();
  return (
    <Autocomplete
      multiple
      options={PROVIDER_IDS}
      value={[...value]}
      onChange={(_event, chosen) => onChange(chosen)}
      onBlur={onBlur}
      renderInput={(input) => (
        <TextField {...input} label={text('routing.providers')} helperText={text('routing.providersHint')} />
      )}
    />
  );
}
