import { Box, MenuItem, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { MAX_PAGE_SIZE, type Plan } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm, type UseFormReturn } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { LimitInputs } from '../limits/limit-inputs.js';
import { AMOUNT } from '../limits/limit-draft.js';
import { DEFAULT_BOOK, planFieldsOf, termsOf, type PlanFields } from './plan-draft.js';

interface PlanDialogProps {
  /** The one that is changed; null makes a new one. */
  readonly plan: Plan | null;
  readonly onClose: () => void;
}

export function PlanDialog({ plan, onClose }: PlanDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<PlanFields>({ defaultValues: planFieldsOf(plan) });
  const { error, submit } = useSubmit(form, async (fields) => {
    const body = termsOf(fields);
    if (plan === null) await callOperation('createPlan', { body });
    else await callOperation('updatePlan', { params: { planId: plan.id }, body }, { ifMatch: plan.version });
    await queryClient.invalidateQueries();
    notify(text(plan === null ? 'plans.created' : 'plans.saved', { name: fields.name }), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={plan === null ? text('plans.createTitle') : text('plans.editTitle', { name: plan.name })}
      action={text(plan === null ? 'plans.create' : 'page.save')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="name"
        label={text('plans.name')}
        autoFocus
        rules={{ required: text('setUp.required') }}
      />
      <TermInputs form={form} />
      <Box>
        <Typography variant="h3" component="h3">
          {text('plans.limits')}
        </Typography>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{text('plans.limitsHint')}</Box>
      </Box>
      <Box sx={COLUMNS}>
        <LimitInputs form={form} />
      </Box>
    </FormDialog>
  );
}

function TermInputs({ form }: { readonly form: UseFormReturn<PlanFields> }) {
  const text = useText();
  const mode = form.watch('billingMode');
  const { data } = useOperation('listPriceBooks', { query: { sort: 'name', limit: String(MAX_PAGE_SIZE) } });
  // an organization's own book is nobody else's
  const books = data?.data.filter(({ organizationId }) => organizationId === null);
  const amount = { pattern: { value: AMOUNT, message: text('keys.notMoney') } };
  const decimal = { htmlInput: { inputMode: 'decimal' as const } };
  return (
    <Box sx={COLUMNS}>
      <FormField
        form={form}
        name="billingMode"
        label={text('plans.billing')}
        hint={text(mode === 'prepaid' ? 'plans.prepaidHint' : 'plans.postpaidHint')}
        select
      >
        {(['prepaid', 'postpaid'] as const).map((each) => (
          <MenuItem key={each} value={each}>
            {text(`plans.${each}`)}
          </MenuItem>
        ))}
      </FormField>
      {books !== undefined && (
        <FormField form={form} name="priceBookId" label={text('plans.book')} hint={text('plans.bookHint')} select>
          <MenuItem value={DEFAULT_BOOK}>{text('plans.defaultBook')}</MenuItem>
          {books.map(({ id, name }) => (
            <MenuItem key={id} value={id}>
              {name}
            </MenuItem>
          ))}
        </FormField>
      )}
      <FormField
        form={form}
        name="platformFee"
        label={text('plans.fee')}
        hint={text('plans.feeHint')}
        rules={amount}
        slotProps={decimal}
      />
      <FormField
        form={form}
        name="includedCredit"
        label={text('plans.credit')}
        hint={text('plans.creditHint')}
        rules={amount}
        slotProps={decimal}
      />
    </Box>
  );
}

const COLUMNS = { display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' } };
