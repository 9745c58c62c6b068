import { MenuItem } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { DEFAULT_GRANT_PRIORITY, MANUAL_POSTING_KINDS } from '@tollgate/domain';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useForm, useWatch, type UseFormReturn } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { keyFor } from '../api/idempotency-keys.js';
import { useList } from '../api/use-list.js';
import { formatMoney } from '../figures/format-money.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { useScope } from '../url/scope.js';
import { bodyOf, EMPTY_POSTING, endOf, givesCredit, POSTED_AMOUNT, type PostingFields } from './posting-fields.js';
import { PostingPreviewNotice, useNeedsApproval } from './posting-preview-notice.js';

const PRIORITY = /^(\d{1,3}|1000)?$/;

/** Posts money by hand. However often the button is pressed and the network fails, it is posted once. */
export function PostingDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { organization, zone } = useScope();
  const [idempotencyKeys] = useState(() => new Map<string, string>());
  const form = useForm<PostingFields>({ defaultValues: EMPTY_POSTING });
  const { error, submit } = useSubmit(form, async (fields) => {
    const body = bodyOf(fields, zone);
    const { state } = await callOperation(
      'createManualPosting',
      { params: { organizationId: organization.id }, body },
      { idempotencyKey: keyFor(idempotencyKeys, body) },
    );
    await queryClient.invalidateQueries();
    notify(text(state === 'pending' ? 'billing.postPending' : 'billing.postDone'), { type: 'success' });
    onClose();
  });
  const fields = useWatch({ control: form.control }) as PostingFields;
  const waits = useNeedsApproval(fields);
  return (
    <FormDialog
      title={text('billing.postTitle', { name: organization.name })}
      action={text(waits ? 'billing.postActionPending' : 'billing.postAction')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <KindFields form={form} fields={fields} />
      <FormField
        form={form}
        name="amount"
        label={text('billing.postAmount')}
        slotProps={{ htmlInput: { inputMode: 'decimal' } }}
        rules={{ validate: (value) => POSTED_AMOUNT.test(value) || text('billing.postAmountWrong') }}
      />
      {givesCredit(fields) && <CreditTerms form={form} fields={fields} zone={zone} />}
      <FormField
        form={form}
        name="reason"
        label={text('billing.postReason')}
        hint={text('billing.postReasonHint')}
        rules={{ required: text('setUp.required') }}
      />
      <PostingPreviewNotice fields={fields} waits={waits} />
    </FormDialog>
  );
}

interface KindProps {
  readonly form: UseFormReturn<PostingFields>;
  readonly fields: PostingFields;
}

/** What happens, and what only some of it needs to know. */
function KindFields({ form, fields }: KindProps) {
  const text = useText();
  return (
    <>
      <FormField
        form={form}
        name="kind"
        label={text('billing.postKind')}
        hint={text(`billing.kindHint.${fields.kind}`)}
        select
      >
        {MANUAL_POSTING_KINDS.map((kind) => (
          <MenuItem key={kind} value={kind}>
            {text(`billing.kind.${kind}`)}
          </MenuItem>
        ))}
      </FormField>
      {fields.kind === 'adjustment' && (
        <FormField form={form} name="direction" label={text('billing.postDirection')} select>
          <MenuItem value="favour">{text('billing.inFavour')}</MenuItem>
          <MenuItem value="against">{text('billing.against')}</MenuItem>
        </FormField>
      )}
      {fields.kind === 'revocation' && <GrantChoice form={form} />}
    </>
  );
}

interface TermsProps extends KindProps {
  readonly zone: string;
}

function CreditTerms({ form, fields: { kind }, zone }: TermsProps) {
  const text = useText();
  const priority = DEFAULT_GRANT_PRIORITY[kind === 'promotion' ? 'promo' : 'prepaid'];
  const isToCome = (day: string): boolean => day === '' || Date.parse(endOf(day, zone)) > Date.now();
  return (
    <>
      <FormField
        form={form}
        name="expiresAt"
        type="date"
        label={text('billing.postExpires')}
        hint={text('billing.postExpiresHint')}
        slotProps={{ inputLabel: { shrink: true } }}
        rules={{ validate: (day) => isToCome(day) || text('billing.postExpiresPast') }}
      />
      <FormField
        form={form}
        name="priority"
        label={text('billing.postPriority')}
        hint={text('billing.postPriorityHint', { priority })}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        rules={{ pattern: { value: PRIORITY, message: text('billing.postPriorityWrong') } }}
      />
    </>
  );
}

/** What was given away and is not used up yet. */
function GrantChoice({ form }: { readonly form: UseFormReturn<PostingFields> }) {
  const text = useText();
  const { organization } = useScope();
  const { rows } = useList('credit-grants', {
    filter: { organizationId: organization.id, account: 'promo', state: 'live' },
    perPage: 200,
  });
  return (
    <FormField
      form={form}
      name="grantId"
      label={text('billing.postGrant')}
      hint={rows?.length === 0 ? text('billing.postGrantNone') : undefined}
      rules={{ required: text('billing.postGrantRequired') }}
      select
    >
      {(rows ?? []).map(({ id, reason, remaining }) => (
        <MenuItem key={id} value={id}>
          {`${formatMoney(remaining)} · ${reason}`}
        </MenuItem>
      ))}
    </FormField>
  );
}
