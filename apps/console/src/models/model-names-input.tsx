import { Autocomplete, Box, TextField } from '@mui/material';
import type { Model } from '@tollgate/wire';
import type { ReactNode } from 'react';
import type { ControllerFieldState, ControllerRenderProps, FieldValues, Path } from 'react-hook-form';
import { useText } from '../i18n/use-text.js';
import { tokenPrices } from './model-prices.js';

interface ModelNamesInputProps<Values extends FieldValues> {
  readonly field: ControllerRenderProps<Values, Path<Values>>;
  readonly fieldState: ControllerFieldState;
  /** What can be picked, by the name that is picked. */
  readonly models: ReadonlyMap<string, Model>;
  readonly isPending: boolean;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  /** Said behind the name of a model. */
  readonly remark?: (model: Model) => string | null;
}

/** Names of models, picked with their prices in view or typed. */
export function ModelNamesInput<Values extends FieldValues>(props: ModelNamesInputProps<Values>) {
  const { field, fieldState, models, isPending, label, hint, placeholder, remark } = props;
  const names: readonly string[] = field.value;
  return (
    <Autocomplete
      multiple
      freeSolo
      autoSelect
      loading={isPending}
      options={[...models.keys()]}
      value={[...names]}
      onChange={(_event, chosen) => field.onChange(chosen.map((name) => name.trim()).filter((name) => name !== ''))}
      onBlur={field.onBlur}
      renderOption={({ key, ...option }, name) => (
        <Box component="li" key={key} {...option}>
          <OptionLabel name={name} model={models.get(name)} remark={remark} />
        </Box>
      )}
      renderInput={(input) => (
        <TextField
          {...input}
          label={label}
          placeholder={names.length === 0 ? (placeholder ?? '') : ''}
          error={fieldState.error !== undefined}
          helperText={fieldState.error?.message ?? hint}
        />
      )}
    />
  );
}

interface OptionLabelProps {
  readonly name: string;
  readonly model: Model | undefined;
  readonly remark: ((model: Model) => string | null) | undefined;
}

function OptionLabel({ name, model, remark }: OptionLabelProps) {
  const text = useText();
  const prices = model === undefined ? null : tokenPrices(model);
  const said = model === undefined ? null : (remark?.(model) ?? null);
  return (
    <Box sx={{ display: 'flex', width: '100%', gap: 3, flexWrap: 'wrap' }}>
      <Box sx={{ flex: 1 }}>
        {name}
        {said !== null && (
          <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.75rem', ml: 2 }}>
            {said}
          </Box>
        )}
      </Box>
      <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
        {prices === null ? text('keys.noPrice') : text('keys.priceInOut', prices)}
      </Box>
    </Box>
  );
}
