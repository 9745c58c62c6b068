import Close from '@mui/icons-material/Close';
import { Autocomplete, Box, Button, IconButton, Stack, TextField } from '@mui/material';
import type { Model } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { tokenPrices } from '../models/model-prices.js';
import { isSimulated, type UsableModel } from '../models/usable-models.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { MAX_COLUMNS } from './use-playground-url.js';

interface ModelChoicesProps {
  readonly models: readonly UsableModel[];
  /** By column. */
  readonly chosen: readonly (UsableModel | null)[];
  readonly onChoose: (column: number, name: string) => void;
  readonly onAdd: () => void;
  readonly onRemove: (column: number) => void;
  /** While answers come, the columns that they come into stay. */
  readonly isRunning: boolean;
}

/** The models that answer side by side. */
export function ModelChoices({ models, chosen, onChoose, onAdd, onRemove, isRunning }: ModelChoicesProps) {
  const text = useText();
  return (
    <Stack sx={{ gap: 3 }}>
      {chosen.map((usable, column) => (
        <Stack key={column} direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
          <ModelChoice
            models={models}
            chosen={usable}
            label={chosen.length === 1 ? text('playground.model') : text('playground.modelOf', { column: column + 1 })}
            onChoose={(name) => onChoose(column, name)}
          />
          {chosen.length > 1 && (
            <IconButton
              aria-label={text('playground.removeModel', { column: column + 1 })}
              disabled={isRunning}
              onClick={() => onRemove(column)}
            >
              <Close sx={{ fontSize: 18 }} />
            </IconButton>
          )}
        </Stack>
      ))}
      {chosen.length < MAX_COLUMNS && (
        <Button size="small" disabled={isRunning} onClick={onAdd} sx={{ alignSelf: 'flex-start', ml: -1 }}>
          {text('playground.addModel')}
        </Button>
      )}
    </Stack>
  );
}

interface ModelChoiceProps {
  readonly models: readonly UsableModel[];
  readonly chosen: UsableModel | null;
  readonly label: string;
  readonly onChoose: (name: string) => void;
}

/** The models that can be called now, with what a million tokens cost. */
function ModelChoice({ models, chosen, label, onChoose }: ModelChoiceProps) {
  const text = useText();
  const byName = new Map(models.map((usable) => [usable.name, usable.model]));
  return (
    <Autocomplete
      fullWidth
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
          label={label}
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
