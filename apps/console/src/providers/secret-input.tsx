import { TextField, type TextFieldProps } from '@mui/material';
import type { UseFormRegisterReturn } from 'react-hook-form';
import { PROVIDER_TABLE } from 'virtual:provider-table';

/** Their secrets may be documents of several lines, and a password field would put them on one. */
const WITH_DOCUMENTS = new Set(['aws', 'google-cloud', 'azure']);
const HIDDEN = { '& textarea': { WebkitTextSecurity: 'disc' } };

interface SecretInputProps extends Pick<TextFieldProps, 'label' | 'autoFocus' | 'error' | 'helperText'> {
  readonly provider: string;
  readonly field: UseFormRegisterReturn;
}

/** Takes what cannot be read back; nothing of it shows. */
export function SecretInput({ provider, field, ...said }: SecretInputProps) {
  const authentication = PROVIDER_TABLE.find(({ id }) => id === provider)?.authentication ?? '';
  const input = { autoComplete: 'new-password', spellCheck: false };
  // keys, so that what was typed moves along when another provider is chosen
  return WITH_DOCUMENTS.has(authentication) ? (
    <TextField key="document" {...said} multiline maxRows={6} sx={HIDDEN} slotProps={{ htmlInput: input }} {...field} />
  ) : (
    <TextField key="word" {...said} type="password" slotProps={{ htmlInput: input }} {...field} />
  );
}
