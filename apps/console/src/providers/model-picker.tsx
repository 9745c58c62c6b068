import { Autocomplete, Box, TextField } from '@mui/material';
import { MAX_PAGE_SIZE, type Model } from '@tollgate/wire';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { tokenPrices } from '../models/usable-models.js';
import { useScope } from '../url/scope.js';
import type { DeploymentFields } from './deployment-fields.js';

interface ModelPickerProps {
  readonly form: UseFormReturn<DeploymentFields>;
  readonly provider: string;
}

/** Models of the catalogue with their prices; any other name of the provider can be typed. */
export function ModelPicker({ form, provider }: ModelPickerProps) {
  const text = useText();
  const { organization } = useScope();
  const { rows = [], isPending } = useList('models', {
    filter: { provider, deprecated: 'false', organizationId: organization.id },
    perPage: MAX_PAGE_SIZE,
  });
  const byName = new Map(rows.map((model) => [model.name, model]));
  const hint = rows.length > 0 || isPending ? 'providers.modelsHint' : 'providers.modelsTyped';
  return (
    <Controller
      control={form.control}
      name="upstreamModel"
      rules={{ validate: (names) => names.length > 0 || text('providers.modelsMissing') }}
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
              <ModelOption name={name} model={byName.get(name)} />
            </Box>
          )}
          renderInput={(props) => (
            <TextField
              {...props}
              label={text('providers.models')}
              error={fieldState.error !== undefined}
              helperText={fieldState.error?.message ?? text(hint)}
            />
          )}
        />
      )}
    />
  );
}

function ModelOption({ name, model }: { readonly name: string; readonly model: Model | undefined }) {
  const text = useText();
  const prices = model === undefined ? null : tokenPrices(model);
  return (
    <Box sx={{ display: 'flex', width: '100%', gap: 3, flexWrap: 'wrap' }}>
      <Box sx={{ flex: 1 }}>
        {name}
        {model !== undefined && model.deployedAs.length > 0 && (
          <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.75rem', ml: 2 }}>
            {text('providers.alreadyDeployed')}
          </Box>
        )}
      </Box>
      <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
        {prices === null ? text('keys.noPrice') : text('keys.priceInOut', prices)}
      </Box>
    </Box>
  );
}
