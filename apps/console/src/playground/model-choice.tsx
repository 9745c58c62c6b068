import { Autocomplete, Box, TextField } from '@mui/material';
import type { Model } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { isSimulated, tokenPrices, type UsableModel } from '../models/usable-models.js';
import { SimulatedTag } from '../figures/simulated-tag.js';

interface ModelChoiceProps {
  readonly models: readonly UsableModel[];
  readonly chosen: UsableModel | null;
  readonly onChoose: (name: string) => void;
}

/** The models that can be called now, with what a million tokens cost. */
export function ModelChoice({ models, chosen, onChoose }: ModelChoiceProps) {
  const text = useText();
  const byName = new Map(models.map((usable) => [usable.name, usable.model]));
  return (
    <Autocomplete
      options={[...byName.keys()]}
      value={chosen?.name ?? null}
      onChange={(_event, name) => {
        if (name !== null) onChoose(name);
      }}
      renderOption={({ key, ...option }, name) => (
        <Box component="li" key={key} {...option}>
          <OptionLabel name={name} model={byName.get(name)} />
        </Box>
      )}
      renderInput={(input) => (
        <TextField
          {...input}
          label={text('playground.model')}
          error={chosen === null}
          helperText={chosen === null ? text('playground.modelMissing') : <Prices of={chosen.model} />}
        />
      )}
    />
  );
}

function OptionLabel({ name, model }: { readonly name: string; readonly model: Model | undefined }) {
  return (
    <Box sx={{ display: 'flex', width: '100%', columnGap: 3, flexWrap: 'wrap' }}>
      <Box sx={{ flex: 1, overflowWrap: 'anywhere' }}>
        {name} {model !== undefined && isSimulated(model) && <SimulatedTag />}
      </Box>
      <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>{model !== undefined && <Prices of={model} />}</Box>
    </Box>
  );
}

function Prices({ of }: { readonly of: Model }) {
  const text = useText();
  const prices = tokenPrices(of);
  if (isSimulated(of)) return <>{text('playground.simulated')}</>;
  return <>{prices === null ? text('playground.noPrice') : text('playground.perMillion', prices)}</>;
}
