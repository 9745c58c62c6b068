import { FormControlLabel, MenuItem, Radio, RadioGroup, TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { ProviderCredential } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { Controller, useForm, type UseFormReturn, useWatch } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { type DeploymentFields, draftsOf } from './deployment-fields.js';
import { ModelPicker } from './model-picker.js';

interface AddDeploymentsDialogProps {
  readonly credentials: readonly ProviderCredential[];
  /** The one that is chosen at first. */
  readonly initial?: ProviderCredential;
  readonly onClose: () => void;
}

/** Makes models of a provider callable. */
export function AddDeploymentsDialog({ credentials, initial, onClose }: AddDeploymentsDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<DeploymentFields>({
    defaultValues: {
      providerCredentialId: (initial ?? credentials[0])?.id ?? '',
      scope: 'some',
      upstreamModel: [],
      model: '',
    },
  });
  const { error, submit } = useSubmit(form, async (fields) => {
    const credential = credentials.find(({ id }) => id === fields.providerCredentialId);
    if (credential === undefined) return;
    const drafts = draftsOf(fields, credential);
    for (const body of drafts) {
      await callOperation('createDeployment', { body });
      // when a later one is refused, what remains in the field is what is still to be added
      form.setValue(
        'upstreamModel',
        form.getValues('upstreamModel').filter((name) => name !== body.upstreamModel),
      );
    }
    await queryClient.invalidateQueries();
    notify(text('providers.deploymentsAdded', { smart_count: drafts.length }), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={text('providers.addDeployments')}
      action={text('providers.addAction')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <Fields form={form} credentials={credentials} />
    </FormDialog>
  );
}

interface FieldsProps {
  readonly form: UseFormReturn<DeploymentFields>;
  readonly credentials: readonly ProviderCredential[];
}

function Fields({ form, credentials }: FieldsProps) {
  const text = useText();
  const [credentialId, scope, names] = useWatch({
    control: form.control,
    name: ['providerCredentialId', 'scope', 'upstreamModel'],
  });
  const provider = credentials.find(({ id }) => id === credentialId)?.provider ?? '';
  const { model: fault } = form.formState.errors;
  return (
    <>
      <TextField
        select
        label={text('providers.credential')}
        defaultValue={credentialId}
        {...form.register('providerCredentialId', { onChange: () => form.setValue('upstreamModel', []) })}
      >
        {credentials.map((credential) => (
          <MenuItem key={credential.id} value={credential.id}>
            {credential.name} ({credential.provider})
          </MenuItem>
        ))}
      </TextField>
      <Controller
        control={form.control}
        name="scope"
        render={({ field }) => (
          <RadioGroup {...field} aria-label={text('providers.models')}>
            <FormControlLabel value="some" control={<Radio size="small" />} label={text('providers.someModels')} />
            <FormControlLabel value="every" control={<Radio size="small" />} label={text('providers.everyHint')} />
          </RadioGroup>
        )}
      />
      {scope === 'some' && <ModelPicker form={form} provider={provider} />}
      {scope === 'some' && names.length === 1 && (
        <TextField
          label={text('providers.calledAs')}
          placeholder={names[0] ?? ''}
          error={fault !== undefined}
          helperText={fault?.message ?? text('providers.calledAsHint')}
          slotProps={{ inputLabel: { shrink: true } }}
          {...form.register('model')}
        />
      )}
    </>
  );
}
