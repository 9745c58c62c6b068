import { Box, Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Organization } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormFault } from '../forms/form-fault.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { LadderInputs } from '../limits/ladder-inputs.js';
import { type LimitFields, limitFieldsOf, limitsOf } from '../limits/limit-draft.js';
import { LimitInputs } from '../limits/limit-inputs.js';
import { Panel } from '../page/panel.js';

/** What the operator allows the organization. Made anew for each version: nothing is overwritten unseen. */
export function OrganizationLimits({ organization }: { readonly organization: Organization }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<LimitFields>({ defaultValues: limitFieldsOf(organization) });
  const { error, submit } = useSubmit(form, async (fields) => {
    const request = { params: { organizationId: organization.id }, body: limitsOf(fields) };
    await callOperation('updateOrganization', request, { ifMatch: organization.version });
    await queryClient.invalidateQueries();
    notify(text('budgets.limitsSaved'), { type: 'success' });
  });
  return (
    <Panel title={text('budgets.limits')} hint={text('budgets.limitsHint')}>
      <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4, pt: 1 }}>
        <FormFault error={error} />
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' } }}>
          <LimitInputs form={form} />
          <LadderInputs form={form} />
        </Box>
        {organization.limitsSource !== 'file' && (
          <Button type="submit" variant="contained" loading={form.formState.isSubmitting} sx={{ alignSelf: 'start' }}>
            {text('budgets.setLimits')}
          </Button>
        )}
      </Stack>
    </Panel>
  );
}
