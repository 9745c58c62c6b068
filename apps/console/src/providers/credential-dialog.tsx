import { TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { ProviderCredential } from '@tollgate/wire';
import { Controller, useForm, type UseFormReturn, useWatch } from 'react-hook-form';
import { PROVIDER_TABLE } from 'virtual:provider-table';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import type { CredentialFields } from './credential-fields.js';
import { ProviderInput } from './provider-input.js';
import { SecretInput } from './secret-input.js';

/** Kinds of secrets that are more than a key. */
const SECRET_HINTS = {
  aws: 'providers.secretHintAws',
  'google-cloud': 'providers.secretHintGoogle',
  azure: 'providers.secretHintAzure',
} as const;

const secretHintOf = (authentication: string) =>
  Object.hasOwn(SECRET_HINTS, authentication)
    ? SECRET_HINTS[authentication as keyof typeof SECRET_HINTS]
    : 'providers.secretHint';

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
  const template = provider?.baseUrlTemplate ?? null;
  const needed = template === null ? text('providers.baseUrlNeeded') : text('providers.baseUrlTemplate', { template });
  const baseUrlHint = defaultUrl === null ? needed : text('providers.baseUrlHint');
  const { errors } = form.formState;
  const required = text('setUp.required');
  const said = (name: keyof CredentialFields, hint?: string) => ({
    error: errors[name] !== undefined,
    helperText: errors[name]?.message ?? hint,
  });
  return (
    <>
      <Controller control={form.control} name="provider" render={({ field }) => <ProviderInput field={field} />} />
      <TextField
        label={text('providers.name')}
        autoFocus
        {...said('name', text('providers.nameHint'))}
        {...form.register('name', { required })}
      />
      <TextField
        label={text('providers.baseUrl')}
        placeholder={defaultUrl ?? template ?? ''}
        slotProps={{ inputLabel: { shrink: true } }}
        {...said('baseUrl', baseUrlHint)}
        {...form.register('baseUrl')}
      />
      <SecretInput
        provider={chosen}
        label={text('providers.secret')}
        {...said(
          'secret',
          text(needsSecret ? secretHintOf(provider?.authentication ?? '') : 'providers.secretOptional'),
        )}
        field={form.register('secret')}
      />
    </>
  );
}
