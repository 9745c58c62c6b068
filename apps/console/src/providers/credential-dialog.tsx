import { MenuItem, TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { ProviderCredential } from '@tollgate/wire';
import { useForm, type UseFormReturn, useWatch } from 'react-hook-form';
import { PROVIDER_TABLE } from 'virtual:provider-table';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';

interface CredentialFields {
  readonly provider: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly secret: string;
}

const EMPTY: CredentialFields = { provider: PROVIDER_TABLE[0]?.id ?? '', name: '', baseUrl: '', secret: '' };

const orNull = (text: string): string | null => (text === '' ? null : text);

interface CredentialDialogProps {
  readonly onAdded: (credential: ProviderCredential) => void;
  readonly onClose: () => void;
}

export function CredentialDialog({ onAdded, onClose }: CredentialDialogProps) {
  const text = useText();
  const queryClient = useQueryClient();
  const form = useForm<CredentialFields>({ defaultValues: EMPTY });
  const { error, submit } = useSubmit(form, async ({ provider, name, baseUrl, secret }) => {
    const added = await callOperation('createProviderCredential', {
      body: { provider, name, baseUrl: orNull(baseUrl), secret: orNull(secret) },
    });
    await queryClient.invalidateQueries({ queryKey: ['provider-credentials'] });
    onAdded(added);
  });
  return (
    <FormDialog
      title={text('providers.addTitle')}
      action={text('providers.add')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <Fields form={form} />
    </FormDialog>
  );
}

/** What the provider needs decides what is said at the fields. */
function Fields({ form }: { readonly form: UseFormReturn<CredentialFields> }) {
  const text = useText();
  const chosen = useWatch({ control: form.control, name: 'provider' });
  const provider = PROVIDER_TABLE.find(({ id }) => id === chosen);
  const defaultUrl = provider?.defaultBaseUrl ?? null;
  const needsSecret = provider?.needsSecret ?? true;
  const { errors } = form.formState;
  const required = text('setUp.required');
  const said = (name: keyof CredentialFields, hint?: string) => ({
    error: errors[name] !== undefined,
    helperText: errors[name]?.message ?? hint,
  });
  return (
    <>
      <TextField
        select
        label={text('providers.provider')}
        defaultValue={EMPTY.provider}
        {...said('provider')}
        {...form.register('provider')}
      >
        {PROVIDER_TABLE.map(({ id, displayName }) => (
          <MenuItem key={id} value={id}>
            {displayName}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label={text('providers.name')}
        autoFocus
        {...said('name', text('providers.nameHint'))}
        {...form.register('name', { required })}
      />
      <TextField
        label={text('providers.baseUrl')}
        placeholder={defaultUrl ?? ''}
        slotProps={{ inputLabel: { shrink: true } }}
        {...said('baseUrl', text(defaultUrl === null ? 'providers.baseUrlNeeded' : 'providers.baseUrlHint'))}
        {...form.register('baseUrl')}
      />
      <TextField
        label={text('providers.secret')}
        type="password"
        autoComplete="new-password"
        {...said('secret', text(needsSecret ? 'providers.secretHint' : 'providers.secretOptional'))}
        {...form.register('secret')}
      />
    </>
  );
}
