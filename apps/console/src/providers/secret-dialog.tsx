import { useQueryClient } from '@tanstack/react-query';
import type { ProviderCredential } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { SecretInput } from './secret-input.js';

interface SecretDialogProps {
  readonly credential: ProviderCredential;
  readonly onClose: () => void;
}

/** Puts another secret in the place of the one that is stored. */
export function SecretDialog({ credential: { id, name, provider, version }, onClose }: SecretDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm({ defaultValues: { secret: '' } });
  const { error, submit } = useSubmit(form, async ({ secret }) => {
    const params = { providerCredentialId: id };
    await callOperation('updateProviderCredential', { params, body: { secret } }, { ifMatch: version });
    await queryClient.invalidateQueries();
    notify(text('providers.secretReplaced'), { type: 'success' });
    onClose();
  });
  const fault = form.formState.errors.secret;
  return (
    <FormDialog
      title={text('providers.replaceTitle', { name })}
      action={text('providers.replaceAction')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      maxWidth="xs"
      submit={submit}
      onClose={onClose}
    >
      <SecretInput
        provider={provider}
        label={text('providers.newSecret')}
        autoFocus
        error={fault !== undefined}
        helperText={fault?.message ?? text('providers.replaceHint')}
        field={form.register('secret', { required: text('setUp.required') })}
      />
    </FormDialog>
  );
}
