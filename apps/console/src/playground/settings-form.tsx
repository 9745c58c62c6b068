import { Box, MenuItem, Stack, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { formatExactCount } from '../figures/format-quantities.js';
import { useText } from '../i18n/use-text.js';
import type { UsableModel } from '../models/usable-models.js';
import { ANTHROPIC_MAX_TOKENS, CLIENT_DIALECTS, type ClientDialect, EFFORTS } from './request-body.js';
import { EMPTY_SETTINGS, MAX_TEMPERATURE, readSettings, type SettingsDraft } from './settings-draft.js';

interface SettingsFieldsProps {
  readonly draft: SettingsDraft;
  readonly onChange: (changes: Partial<SettingsDraft>) => void;
}

interface SettingsFormProps extends SettingsFieldsProps {
  readonly dialect: ClientDialect;
  readonly onDialect: (dialect: ClientDialect) => void;
  readonly chosen: readonly (UsableModel | null)[];
}

/** What goes with every message. */
export function SettingsForm({ draft, onChange, dialect, onDialect, chosen }: SettingsFormProps) {
  const text = useText();
  const thinks = chosen.some((usable) => {
    const features = usable?.model.features ?? [];
    // nothing is assumed of models whose features are not known
    return features.length === 0 || features.includes('reasoning');
  });
  return (
    <Stack sx={{ gap: 4 }}>
      <DialectSwitch dialect={dialect} onDialect={onDialect} />
      <TextField
        label={text('playground.system')}
        multiline
        minRows={2}
        maxRows={10}
        value={draft.system}
        onChange={({ target }) => onChange({ system: target.value })}
      />
      <Numbers draft={draft} onChange={onChange} dialect={dialect} />
      {thinks && <EffortChoice draft={draft} onChange={onChange} />}
    </Stack>
  );
}

function DialectSwitch({ dialect, onDialect }: Pick<SettingsFormProps, 'dialect' | 'onDialect'>) {
  const text = useText();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={dialect}
      aria-label={text('playground.dialect')}
      onChange={(_event, next: ClientDialect | null) => {
        if (next !== null) onDialect(next);
      }}
    >
      {CLIENT_DIALECTS.map((name) => (
        <ToggleButton key={name} value={name} sx={{ textTransform: 'none', px: 3, py: 1 }}>
          {text(`playground.dialectOf.${name}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

function Numbers({
  draft: { temperature, maxTokens },
  onChange,
  dialect,
}: Omit<SettingsFormProps, 'onDialect' | 'chosen'>) {
  const text = useText();
  return (
    <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: '1fr 1fr' }}>
      <TextField
        label={text('playground.temperature')}
        type="number"
        value={temperature}
        error={readSettings({ ...EMPTY_SETTINGS, temperature }) === null}
        helperText={text('playground.temperatureHint')}
        onChange={({ target }) => onChange({ temperature: target.value })}
        slotProps={{ htmlInput: { min: 0, max: MAX_TEMPERATURE, step: 0.1 } }}
      />
      <TextField
        label={text('playground.maxTokens')}
        type="number"
        value={maxTokens}
        error={readSettings({ ...EMPTY_SETTINGS, maxTokens }) === null}
        helperText={
          dialect === 'anthropic-messages'
            ? text('playground.maxTokensDefault', { count: formatExactCount(ANTHROPIC_MAX_TOKENS) })
            : text('playground.maxTokensHint')
        }
        onChange={({ target }) => onChange({ maxTokens: target.value })}
        slotProps={{ htmlInput: { min: 1, step: 1 } }}
      />
    </Box>
  );
}

function EffortChoice({ draft, onChange }: SettingsFieldsProps) {
  const text = useText();
  return (
    <TextField
      select
      label={text('playground.effort')}
      value={draft.effort}
      onChange={({ target }) => onChange({ effort: EFFORTS.find((effort) => effort === target.value) ?? '' })}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{text('playground.unset')}</MenuItem>
      {EFFORTS.map((effort) => (
        <MenuItem key={effort} value={effort}>
          {text(`playground.effortOf.${effort}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}
