import { Autocomplete, Link, TextField } from '@mui/material';
import type { ControllerRenderProps } from 'react-hook-form';
import { PROVIDER_TABLE } from 'virtual:provider-table';
import { useText } from '../i18n/use-text.js';
import type { CredentialFields } from './credential-fields.js';

interface ProviderInputProps {
  readonly field: ControllerRenderProps<CredentialFields, 'provider'>;
}

/** Every provider of this version, found by a part of its name or of its id. */
export function ProviderInput({ field }: ProviderInputProps) {
  const text = useText();
  const chosen = PROVIDER_TABLE.find(({ id }) => id === field.value);
  return (
    <Autocomplete
      disableClearable
      autoHighlight
      options={PROVIDER_TABLE}
      {...(chosen === undefined ? {} : { value: chosen })}
      getOptionKey={({ id }) => id}
      getOptionLabel={({ displayName }) => displayName}
      filterOptions={(options, { inputValue }) => {
        const wanted = inputValue.trim().toLowerCase();
        return options.filter(({ id, displayName }) => `${displayName} ${id}`.toLowerCase().includes(wanted));
      }}
      onChange={(_event, provider) => field.onChange(provider.id)}
      onBlur={field.onBlur}
      renderInput={(input) => (
        <TextField
          {...input}
          label={text('providers.provider')}
          helperText={
            chosen?.credentialUrl == null ? undefined : (
              <Link href={chosen.credentialUrl} target="_blank" rel="noreferrer">
                {text('providers.credentialLink', { name: chosen.displayName })}
              </Link>
            )
          }
        />
      )}
    />
  );
}
