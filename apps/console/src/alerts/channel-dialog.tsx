import { MenuItem } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { ALERT_CHANNEL_KINDS, ALERT_SEVERITIES, type AlertChannelKind, type AlertSeverity } from '@tollgate/domain';
import type { CreatedAlertChannel } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm, type UseFormReturn } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { useScope } from '../url/scope.js';
import { useAudience } from './use-audience.js';

interface ChannelFields {
  readonly kind: AlertChannelKind;
  readonly name: string;
  readonly recipients: string;
  readonly url: string;
  readonly minSeverity: AlertSeverity;
}

interface ChannelDialogProps {
  readonly onCreated: (channel: CreatedAlertChannel) => void;
  readonly onClose: () => void;
}

export function ChannelDialog({ onCreated, onClose }: ChannelDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { organization } = useScope();
  const { audience } = useAudience();
  const form = useForm<ChannelFields>({
    defaultValues: { kind: 'webhook', name: '', recipients: '', url: '', minSeverity: 'warning' },
  });
  const isMail = form.watch('kind') === 'email';
  const { error, submit } = useSubmit(form, async ({ kind, name, recipients, url, minSeverity }) => {
    const addresses = recipients.split(/[\s,;]+/).filter((address) => address !== '');
    const owner = audience === 'operator' ? {} : { organizationId: organization.id };
    const receiver = kind === 'email' ? { recipients: addresses } : { url };
    const channel = await callOperation('createAlertChannel', {
      body: { ...owner, ...receiver, kind, name, minSeverity },
    });
    await queryClient.invalidateQueries();
    notify(text('alerts.created'), { type: 'success' });
    onCreated(channel);
  });
  return (
    <FormDialog
      title={text('alerts.createTitle')}
      action={text('alerts.create')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField form={form} name="kind" label={text('alerts.kindOf')} select>
        {ALERT_CHANNEL_KINDS.map((kind) => (
          <MenuItem key={kind} value={kind}>
            {text(`alerts.${kind}`)}
          </MenuItem>
        ))}
      </FormField>
      <FormField
        form={form}
        name="name"
        label={text('alerts.name')}
        autoFocus
        rules={{ required: text('setUp.required') }}
      />
      <ReceiverField form={form} isMail={isMail} />
      <FormField form={form} name="minSeverity" label={text('alerts.minSeverity')} select>
        {ALERT_SEVERITIES.map((severity) => (
          <MenuItem key={severity} value={severity}>
            {text(`alerts.severity.${severity}`)}
          </MenuItem>
        ))}
      </FormField>
    </FormDialog>
  );
}

interface ReceiverFieldProps {
  readonly form: UseFormReturn<ChannelFields>;
  readonly isMail: boolean;
}

function ReceiverField({ form, isMail }: ReceiverFieldProps) {
  const text = useText();
  const name = isMail ? 'recipients' : 'url';
  return (
    <FormField
      key={name}
      form={form}
      name={name}
      label={text(`alerts.${name}`)}
      hint={text(`alerts.${name}Hint`)}
      rules={{ required: text('setUp.required') }}
    />
  );
}
