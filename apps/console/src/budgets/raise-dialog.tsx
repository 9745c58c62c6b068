import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { keyFor } from '../api/idempotency-keys.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import type { Budget } from './budget.js';

const AMOUNT = /^(?=.*[1-9])\d{1,7}(\.\d{1,12})?$/;
const DAY_MS = 86_400_000;
/** As the browser's field of a date and a time takes it, in the zone of this device. */
const LOCAL_MINUTE = 16;
const MINUTE_MS = 60_000;

interface RaiseFields {
  readonly amount: string;
  readonly until: string;
  readonly reason: string;
}

interface RaiseDialogProps {
  readonly budget: Budget;
  readonly onClose: () => void;
}

/** However often the button is pressed and the network fails, the budget is raised once. */
export function RaiseDialog({ budget: { budgetId, name }, onClose }: RaiseDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [idempotencyKeys] = useState(() => new Map<string, string>());
  const form = useForm<RaiseFields>({ defaultValues: { amount: '', until: inAWeek(), reason: '' } });
  const { error, submit } = useSubmit(form, async ({ amount, until, reason }) => {
    const body = { amount, currency: 'USD', reason, expiresAt: new Date(until).toISOString() } as const;
    const options = { idempotencyKey: keyFor(idempotencyKeys, body) };
    await callOperation('createBudgetRaise', { params: { budgetId: budgetId ?? '' }, body }, options);
    await queryClient.invalidateQueries();
    notify(text('budgets.raised'), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={text('budgets.raiseTitle', { name })}
      action={text('budgets.raise')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="amount"
        label={text('budgets.raiseAmount')}
        autoFocus
        slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        rules={{ validate: (value) => AMOUNT.test(value) || text('budgets.raiseWrong') }}
      />
      <FormField
        form={form}
        name="until"
        type="datetime-local"
        label={text('budgets.raiseUntil')}
        slotProps={{ inputLabel: { shrink: true } }}
        rules={{ validate: (value) => Date.parse(value) > Date.now() || text('budgets.raisePast') }}
      />
      <FormField
        form={form}
        name="reason"
        label={text('budgets.raiseReason')}
        hint={text('budgets.raiseReasonHint')}
        rules={{ required: text('setUp.required') }}
      />
    </FormDialog>
  );
}

function inAWeek(): string {
  const at = new Date(Date.now() + 7 * DAY_MS);
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, LOCAL_MINUTE);
}
