import { Box, FormControlLabel, Radio, RadioGroup } from '@mui/material';
import { Controller, type UseFormReturn, useWatch } from 'react-hook-form';
import { useText } from '../i18n/use-text.js';
import { ModelNamesInput } from '../models/model-names-input.js';
import { useUsableModels } from '../models/usable-models.js';
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
  const { models, isOfUse, isPending } = useUsableModels();
  const byName = new Map(models.map(({ name, model }) => [name, model]));
  const entries = useWatch({ control: form.control, name: 'modelAllowlist' });
  return (
    <Controller
      control={form.control}
      name="modelAllowlist"
      rules={{ validate: (names) => names.length > 0 || text('keys.allowMissing') }}
      render={(controlled) => (
        <Box sx={{ mt: 3 }}>
          <ModelNamesInput
            {...controlled}
            models={byName}
            isPending={isPending}
            label={text('keys.models')}
            placeholder={text('keys.allowSearch')}
            hint={<IdleEntries entries={entries.filter((entry) => !isOfUse(entry))} />}
          />
        </Box>
      )}
    />
  );
}

/** Said in the line under the field, which is there in any case: it is known only when the models are. */
function IdleEntries({ entries }: { readonly entries: readonly string[] }) {
  const text = useText();
  return (
    <Box component="span" sx={{ color: 'warning.main' }}>
      {entries.length === 0
        ? '\u00a0'
        : text('keys.matchesNothing', { smart_count: entries.length, entries: entries.join(', ') })}
    </Box>
  );
}
