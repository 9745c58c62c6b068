import { Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Installation } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormFault } from '../forms/form-fault.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { plainAmount } from '../limits/limit-draft.js';

const AMOUNT_OR_ZERO = /^(\d{1,7}(\.\d{1,12})?)?$/;

interface ApprovalFields {
  readonly approvalThreshold: string;
}

/** From how much on a posting by hand waits for a second person. Made anew for each version of the installation. */
export function ApprovalForm({ installation }: { readonly installation: Installation }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { approvalThreshold: threshold, version } = installation;
  const form = useForm<ApprovalFields>({
    defaultValues: { approvalThreshold: threshold === null ? '' : plainAmount(threshold.amount) },
  });
  const { error, submit } = useSubmit(form, async ({ approvalThreshold: amount }) => {
    const approvalThreshold = amount === '' ? null : { amount, currency: 'USD' as const };
    await callOperation('updateInstallation', { body: { approvalThreshold } }, { ifMatch: version });
    await queryClient.invalidateQueries({ queryKey: ['readInstallation'] });
    notify(text('settings.saved'), { type: 'success' });
  });
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4, pt: 2 }}>
      <FormFault error={error} />
      <FormField
        form={form}
        name="approvalThreshold"
        label={text('installation.threshold')}
        hint={text('installation.thresholdHint')}
        slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        rules={{ pattern: { value: AMOUNT_OR_ZERO, message: text('keys.notMoney') } }}
        sx={{ maxWidth: 420 }}
      />
      <Button type="submit" variant="contained" loading={form.formState.isSubmitting} sx={{ alignSelf: 'start' }}>
        {text('page.save')}
      </Button>
    </Stack>
  );
}
