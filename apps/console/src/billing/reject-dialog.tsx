import { useQueryClient } from '@tanstack/react-query';
import type { ManualPosting } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';

interface RejectDialogProps {
  readonly posting: ManualPosting;
  readonly onClose: () => void;
}

/** Nothing is posted, and the reason is kept. */
export function RejectDialog({ posting, onClose }: RejectDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<{ reason: string }>({ defaultValues: { reason: '' } });
  const { error, submit } = useSubmit(form, async (body) => {
    await callOperation('rejectManualPosting', { params: { manualPostingId: posting.id }, body });
    await queryClient.invalidateQueries();
    notify(text('billing.rejected'), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={text('billing.rejectTitle')}
      action={text('billing.reject')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      maxWidth="xs"
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="reason"
        label={text('billing.rejectReason')}
        autoFocus
        rules={{ required: text('billing.required') }}
      />
    </FormDialog>
  );
}
