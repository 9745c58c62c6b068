import { Autocomplete, TextField } from '@mui/material';

interface TextListInputProps {
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly label: string;
  readonly hint: string;
  /** What is wrong with one of them. */
  readonly fault?: string | undefined;
}

/** Several short texts, each ended by Enter or a comma. */
export function TextListInput({ value, onChange, label, hint, fault }: TextListInputProps) {
  const put = (texts: readonly string[]): void => {
    const parts = texts.flatMap((typed) => typed.split(/[,\s]+/)).filter((part) => part !== '');
    onChange([...new Set(parts)]);
  };
  return (
    <Autocomplete
      multiple
      freeSolo
      autoSelect
      options={[]}
      value={[...value]}
      onChange={(_event, chosen: readonly string[]) => put(chosen)}
      onInputChange={(_event, typed) => {
        if (typed.endsWith(',')) put([...value, typed]);
      }}
      renderInput={(input) => (
        <TextField {...input} label={label} error={fault !== undefined} helperText={fault ?? hint} />
      )}
    />
  );
}
