import { Autocomplete, TextField } from '@mui/material';

interface ModelInputProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly onBlur?: () => void;
  /** Names that can be picked; others may be typed. */
  readonly names: readonly string[];
  readonly label: string;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
}

/** The name of one model. */
export function ModelInput({ value, onChange, onBlur, names, label, hint, fault }: ModelInputProps) {
  return (
    <Autocomplete
      freeSolo
      options={[...names]}
      inputValue={value}
      value={value === '' ? null : value}
      onInputChange={(_event, typed) => onChange(typed.trim())}
      onBlur={onBlur}
      renderInput={(input) => (
        <TextField {...input} label={label} error={fault !== undefined} helperText={fault ?? hint} />
      )}
    />
  );
}
