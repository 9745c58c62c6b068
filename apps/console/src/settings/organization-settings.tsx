import { Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Organization } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { Controller, useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { BudgetPanel } from '../budgets/budget-panel.js';
import { FormFault } from '../forms/form-fault.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { ZoneInput } from '../forms/zone-input.js';
import { useText } from '../i18n/use-text.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { OrganizationLimits } from './organization-limits.js';
import { TermsPanel } from './terms-panel.js';

export default function OrganizationSettings() {
  const text = useText();
  const { organization } = useScope();
  const { me } = useMe();
  return (
    <Stack sx={{ gap: 4, maxWidth: 720 }}>
      <Panel title={text('settings.general')}>
        <GeneralForm key={`${organization.id} ${organization.version}`} organization={organization} />
      </Panel>
      {me?.operator === true && (
        <OrganizationLimits key={`limits ${organization.id} ${organization.version}`} organization={organization} />
      )}
      <BudgetPanel budget={{ ...organization, scope: 'organization' }} />
      <TermsPanel organization={organization} />
    </Stack>
  );
}

/** Made anew for each version: what somebody else has changed is not overwritten unseen. */
function GeneralForm({ organization: { id, name, timeZone, version } }: { readonly organization: Organization }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm({ defaultValues: { name, timeZone } });
  const { error, submit } = useSubmit(form, async (body) => {
    await callOperation('updateOrganization', { params: { organizationId: id }, body }, { ifMatch: version });
    await queryClient.invalidateQueries();
    notify(text('settings.saved'), { type: 'success' });
  });
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4, pt: 1 }}>
      <FormFault error={error} />
      <FormField form={form} name="name" label={text('settings.name')} rules={{ required: text('setUp.required') }} />
      <Controller
        control={form.control}
        name="timeZone"
        render={({ field, fieldState }) => (
          <ZoneInput
            value={field.value}
            onChange={field.onChange}
            label={text('settings.timeZone')}
            hint={text('settings.timeZoneHint')}
            fault={fieldState.error?.message}
          />
        )}
      />
      <Button type="submit" variant="contained" loading={form.formState.isSubmitting} sx={{ alignSelf: 'start' }}>
        {text('page.save')}
      </Button>
    </Stack>
  );
}
