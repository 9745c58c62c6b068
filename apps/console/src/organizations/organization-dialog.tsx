import { MenuItem } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Organization, Plan } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm, type UseFormReturn } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { AMOUNT, plainAmount } from '../limits/limit-draft.js';

/** Stands for no plan in a list of choices, which has no empty one. */
const NO_PLAN = 'none';
const SLUG = /^[a-z0-9](-?[a-z0-9])*$/;

interface OrganizationFields {
  readonly name: string;
  readonly slug: string;
  readonly planId: string;
  readonly billingMode: Organization['billingMode'];
  readonly overdraftLimit: string;
}

interface OrganizationDialogProps {
  /** The one whose terms are changed; null makes a new one. */
  readonly organization: Organization | null;
  readonly plans: readonly Plan[];
  readonly onClose: () => void;
}

export function OrganizationDialog({ organization, plans, onClose }: OrganizationDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<OrganizationFields>({ defaultValues: fieldsOf(organization) });
  const { error, submit } = useSubmit(form, async (fields) => {
    const { name, slug } = fields;
    const body = termsOf(fields);
    if (organization === null) await callOperation('createOrganization', { body: { name, slug, ...body } });
    else {
      const request = { params: { organizationId: organization.id }, body };
      await callOperation('updateOrganization', request, { ifMatch: organization.version });
    }
    await queryClient.invalidateQueries();
    const done = organization === null ? 'organizations.created' : 'organizations.saved';
    notify(text(done, { name }), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={
        organization === null
          ? text('organizations.createTitle')
          : text('organizations.termsTitle', { name: organization.name })
      }
      action={text(organization === null ? 'organizations.create' : 'page.save')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      {organization === null && <NameInputs form={form} />}
      <TermInputs form={form} plans={plans} current={organization?.planId ?? null} />
    </FormDialog>
  );
}

interface InputsProps {
  readonly form: UseFormReturn<OrganizationFields>;
}

function NameInputs({ form }: InputsProps) {
  const text = useText();
  return (
    <>
      <FormField
        form={form}
        name="name"
        label={text('organizations.name')}
        autoFocus
        rules={{ required: text('setUp.required') }}
      />
      <FormField
        form={form}
        name="slug"
        label={text('organizations.slug')}
        hint={text('organizations.slugHint')}
        rules={{
          required: text('setUp.required'),
          pattern: { value: SLUG, message: text('organizations.notASlug') },
        }}
      />
    </>
  );
}

function TermInputs({
  form,
  plans,
  current,
}: InputsProps & { readonly plans: readonly Plan[]; readonly current: string | null }) {
  const text = useText();
  const planId = form.watch('planId');
  const mode = form.watch('billingMode');
  const plan = plans.find(({ id }) => id === planId);
  // an archived plan is kept, and not given
  const given = plans.filter(({ id, archivedAt }) => archivedAt === null || id === current);
  const pays = plan?.billingMode ?? mode;
  return (
    <>
      <FormField form={form} name="planId" label={text('organizations.plan')} select>
        <MenuItem value={NO_PLAN}>{text('organizations.noPlan')}</MenuItem>
        {given.map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </FormField>
      <FormField
        key={plan?.id ?? NO_PLAN}
        form={form}
        name="billingMode"
        label={text('organizations.billing')}
        hint={
          plan === undefined
            ? text(mode === 'prepaid' ? 'organizations.prepaidOrganizationHint' : 'plans.postpaidHint')
            : text('organizations.billingOfPlan')
        }
        {...(plan === undefined ? {} : { value: plan.billingMode, disabled: true })}
        select
      >
        {(['prepaid', 'postpaid'] as const).map((each) => (
          <MenuItem key={each} value={each}>
            {text(`organizations.${each}`)}
          </MenuItem>
        ))}
      </FormField>
      {pays === 'prepaid' && (
        <FormField
          form={form}
          name="overdraftLimit"
          label={text('organizations.overdraft')}
          hint={text('organizations.overdraftHint')}
          slotProps={{ htmlInput: { inputMode: 'decimal' } }}
          rules={{ pattern: { value: AMOUNT, message: text('keys.notMoney') } }}
        />
      )}
    </>
  );
}

function fieldsOf(organization: Organization | null): OrganizationFields {
  if (organization === null) {
    return { name: '', slug: '', planId: NO_PLAN, billingMode: 'prepaid', overdraftLimit: '0' };
  }
  const { name, slug, planId, billingMode, overdraftLimit } = organization;
  return { name, slug, planId: planId ?? NO_PLAN, billingMode, overdraftLimit: plainAmount(overdraftLimit.amount) };
}

function termsOf({ planId, billingMode, overdraftLimit }: OrganizationFields) {
  const amount = overdraftLimit === '' ? '0' : overdraftLimit;
  return {
    planId: planId === NO_PLAN ? null : planId,
    // a plan brings its own
    ...(planId === NO_PLAN ? { billingMode } : {}),
    overdraftLimit: { amount, currency: 'USD' as const },
  };
}
