import { Autocomplete, Box, FormControlLabel, Radio, RadioGroup, TextField } from '@mui/material';
import { Controller, type UseFormReturn, useWatch } from 'react-hook-form';
import { useText } from '../i18n/use-text.js';
import { type UsableModel, tokenPrices, useUsableModels } from '../models/usable-models.js';
import type { KeyFields } from './key-draft.js';

/** Every model, or chosen ones with their prices; what is not named is denied. */
export function AllowlistField({ form }: { readonly form: UseFormReturn<KeyFields> }) {
  const text = useText();
  const scope = useWatch({ control: form.control, name: 'scope' });
  return (
    <>
      <Controller
        control={form.control}
        name="scope"
        render={({ field }) => (
          <RadioGroup {...field} aria-label={text('keys.allowlist')}>
            <FormControlLabel value="every" control={<Radio size="small" />} label={text('keys.allowEvery')} />
            <FormControlLabel value="some" control={<Radio size="small" />} label={text('keys.allowSome')} />
          </RadioGroup>
        )}
      />
      {scope === 'some' && <ModelPicker form={form} />}
    </>
  );
}

function ModelPicker({ form }: { readonly form: UseFormReturn<KeyFields> }) {
  const text = useText();
  const { models, isPending } = useUsableModels();
  const byName = new Map(models.map((usable) => [usable.name, usable]));
  return (
    <Controller
      control={form.control}
      name="modelAllowlist"
      rules={{ validate: (names) => names.length > 0 || text('keys.allowMissing') }}
      render={({ field, fieldState }) => (
        <Autocomplete
          multiple
          freeSolo
          autoSelect
          loading={isPending}
          options={[...byName.keys()]}
          value={field.value}
          onChange={(_event, names) => field.onChange(names.map((name) => name.trim()).filter((name) => name !== ''))}
          onBlur={field.onBlur}
          renderOption={({ key, ...props }, name) => (
            <Box component="li" key={key} {...props}>
              <OptionLabel name={name} usable={byName.get(name)} />
            </Box>
          )}
          renderInput={(props) => (
            <TextField
              {...props}
              label={text('keys.models')}
              placeholder={field.value.length === 0 ? text('keys.allowSearch') : ''}
              error={fieldState.error !== undefined}
              helperText={fieldState.error?.message}
              sx={{ mt: 3 }}
            />
          )}
        />
      )}
    />
  );
}

function OptionLabel({ name, usable }: { readonly name: string; readonly usable: UsableModel | undefined }) {
  const text = useText();
  const prices = usable === undefined ? null : tokenPrices(usable.model);
  return (
    <Box sx={{ display: 'flex', width: '100%', gap: 3, flexWrap: 'wrap' }}>
      <Box sx={{ flex: 1 }}>{name}</Box>
      <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
        {prices === null ? text('keys.noPrice') : text('keys.priceInOut', prices)}
      </Box>
    </Box>
  );
}
