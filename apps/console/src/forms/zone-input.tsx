import { Autocomplete, TextField } from '@mui/material';

const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

interface ZoneInputProps {
  readonly value: string;
  readonly onChange: (zone: string) => void;
  readonly label: string;
  readonly hint: string;
  readonly fault: string | undefined;
}

/** One of the zones that the browser knows, and the one that is set whether it knows it or not. */
export function ZoneInput({ value, onChange, label, hint, fault }: ZoneInputProps) {
  return (
    <Autocomplete
      disableClearable
      options={ZONES.includes(value) ? ZONES : [value, ...ZONES]}
      value={value}
      onChange={(_event, zone) => onChange(zone)}
      renderInput={(input) => (
        <TextField {...input} label={label} error={fault !== undefined} helperText={fault ?? hint} />
      )}
    />
  );
}
