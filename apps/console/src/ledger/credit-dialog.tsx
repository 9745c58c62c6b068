import { Alert, MenuItem, TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { keyFor } from '../api/idempotency-keys.js';
import { FormDialog } from '../forms/form-dialog.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { useScope } from '../url/scope.js';

const AMOUNT = /^(?=.*[1-9])\d{1,9}(\.\d{1,12})?$/;

interface CreditFields {
  readonly amount: string;
  readonly kind: 'payment' | 'promotion';
  readonly reason: string;
}

/** Posts money by hand. However often the button is pressed and the network fails, it is posted once. */
export function CreditDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { organization } = useScope();
  const [idempotencyKeys] = useState(() => new Map<string, string>());
  const form = useForm<CreditFields>({ defaultValues: { amount: '', kind: 'payment', reason: '' } });
  const { error, submit } = useSubmit(form, async (fields) => {
    await callOperation(
      'createCredit',
      { params: { organizationId: organization.id }, body: { ...fields, currency: 'USD' } },
      { idempotencyKey: keyFor(idempotencyKeys, fields) },
    );
    await queryClient.invalidateQueries();
    notify(text('ledger.creditPosted'), { type: 'success' });
    onClose();
  });
  const { errors, isSubmitting } = form.formState;
  return (
    <FormDialog
      title={text('ledger.creditTitle', { name: organization.name })}
      action={text('ledger.giveCredit')}
      error={error}
      isSubmitting={isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <TextField
        label={text('ledger.creditAmount')}
        autoFocus
        error={errors.amount !== undefined}
        helperText={errors.amount?.message}
        slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        {...form.register('amount', {
          validate: (value) => AMOUNT.test(value) || text('ledger.creditAmountWrong'),
        })}
      />
      <TextField select label={text('ledger.creditKind')} defaultValue="payment" {...form.register('kind')}>
        <MenuItem value="payment">{text('ledger.creditPayment')}</MenuItem>
        <MenuItem value="promotion">{text('ledger.creditPromotion')}</MenuItem>
      </TextField>
      <TextField
        label={text('ledger.creditReason')}
        error={errors.reason !== undefined}
        helperText={errors.reason?.message ?? text('ledger.creditReasonHint')}
        {...form.register('reason', { required: text('setUp.required') })}
      />
      <Alert severity="info">{text('ledger.creditHint')}</Alert>
    </FormDialog>
  );
}
