import { Button, MenuItem, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { ANOMALY_SENSITIVITIES, type AnomalySensitivity } from '@tollgate/domain';
import type { AlertSettings } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { FormFault } from '../forms/form-fault.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';

interface SettingsFields {
  readonly lowBalance: string;
  readonly anomalySensitivity: AnomalySensitivity;
  readonly anomalyFloor: string;
}

/** From when on an organization is alerted. */
export function SettingsPanel() {
  const text = useText();
  const { organization } = useScope();
  const params = { organizationId: organization.id };
  const { data, error, refetch } = useOperation('readAlertSettings', { params });
  return (
    <Panel title={text('alerts.settings')}>
      {error !== null && data === undefined && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <SettingsForm key={`${data.organizationId} ${data.version}`} settings={data} />}
    </Panel>
  );
}

const plain = (amount: string): string => amount.replace(/\.?0+$/, '');

function SettingsForm({ settings }: { readonly settings: AlertSettings }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { mayCall } = useMe();
  const { organizationId, lowBalance, anomalySensitivity, anomalyFloor, version } = settings;
  const form = useForm<SettingsFields>({
    defaultValues: {
      lowBalance: lowBalance === null ? '' : plain(lowBalance.amount),
      anomalySensitivity,
      anomalyFloor: plain(anomalyFloor.amount),
    },
  });
  const { error, submit } = useSubmit(form, async (fields) => {
    const dollars = (amount: string) => ({ amount, currency: 'USD' }) as const;
    const body = {
      lowBalance: fields.lowBalance.trim() === '' ? null : dollars(fields.lowBalance.trim()),
      anomalySensitivity: fields.anomalySensitivity,
      anomalyFloor: dollars(fields.anomalyFloor.trim()),
    };
    await callOperation('updateAlertSettings', { params: { organizationId }, body }, { ifMatch: version });
    await queryClient.invalidateQueries();
    notify(text('alerts.saved'), { type: 'success' });
  });
  const disabled = !mayCall('updateAlertSettings');
  return (
    <form noValidate onSubmit={submit}>
      <FormFault error={error} />
      <Stack direction={{ xs: 'column', md: 'row' }} sx={{ gap: 4, pt: 2, alignItems: { md: 'flex-start' } }}>
        <FormField
          form={form}
          name="lowBalance"
          label={text('alerts.lowBalance')}
          hint={text('alerts.lowBalanceHint')}
          disabled={disabled}
        />
        <FormField form={form} name="anomalySensitivity" label={text('alerts.anomaly')} select disabled={disabled}>
          {ANOMALY_SENSITIVITIES.map((sensitivity) => (
            <MenuItem key={sensitivity} value={sensitivity}>
              {text(`alerts.sensitivity.${sensitivity}`)}
            </MenuItem>
          ))}
        </FormField>
        <FormField form={form} name="anomalyFloor" label={text('alerts.anomalyFloor')} disabled={disabled} />
        {!disabled && (
          <Button type="submit" variant="outlined" loading={form.formState.isSubmitting} sx={{ flexShrink: 0 }}>
            {text('alerts.save')}
          </Button>
        )}
      </Stack>
    </form>
  );
}
