import { Button, FormControlLabel, Radio, RadioGroup, Skeleton, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Installation, SignUpMode } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { Controller, useForm, useWatch } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { FormFault } from '../forms/form-fault.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { AMOUNT, plainAmount } from '../limits/limit-draft.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';
import { ApprovalForm } from './approval-form.js';
import { TestMail } from './test-mail.js';

const MODES: readonly SignUpMode[] = ['closed', 'invitation', 'open'];

interface SignUpFields {
  readonly signUp: SignUpMode;
  readonly starterGrant: string;
}

export default function InstallationSettings() {
  const text = useText();
  const { data, error, refetch } = useOperation('readInstallation', {});
  if (data === undefined && error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton variant="rounded" height={320} />;
  return (
    <Stack sx={{ gap: 4, maxWidth: 720 }}>
      <Panel title={text('installation.signUp')} hint={text('installation.signUpHint')}>
        <SignUpForm key={data.version} installation={data} />
      </Panel>
      <Panel title={text('installation.approval')} hint={text('installation.approvalHint')}>
        <ApprovalForm key={data.version} installation={data} />
      </Panel>
      <Panel title={text('installation.mail')} hint={text('installation.mailHint')}>
        <Facts
          facts={[
            [text('installation.from'), data.mail?.from ?? text('installation.noMail')],
            [text('installation.publicUrl'), data.publicUrl ?? text('installation.noPublicUrl')],
          ]}
        />
        <TestMail />
      </Panel>
    </Stack>
  );
}

/** Made anew for each version: what somebody else has changed is not overwritten unseen. */
function SignUpForm({ installation: { signUp, starterGrant, version } }: { readonly installation: Installation }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm<SignUpFields>({
    defaultValues: { signUp, starterGrant: starterGrant === null ? '' : plainAmount(starterGrant.amount) },
  });
  const chosen = useWatch({ control: form.control, name: 'signUp' });
  const { error, submit } = useSubmit(form, async (fields) => {
    const grant = fields.starterGrant === '' ? null : { amount: fields.starterGrant, currency: 'USD' as const };
    const body = { signUp: fields.signUp, starterGrant: grant };
    await callOperation('updateInstallation', { body }, { ifMatch: version });
    await queryClient.invalidateQueries({ queryKey: ['readInstallation'] });
    notify(text('settings.saved'), { type: 'success' });
  });
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4 }}>
      <FormFault error={error} />
      <Controller
        control={form.control}
        name="signUp"
        render={({ field }) => (
          <RadioGroup {...field} aria-label={text('installation.signUp')}>
            {MODES.map((mode) => (
              <FormControlLabel
                key={mode}
                value={mode}
                control={<Radio size="small" />}
                label={text(`installation.mode.${mode}`)}
              />
            ))}
          </RadioGroup>
        )}
      />
      {chosen === 'open' && (
        <FormField
          form={form}
          name="starterGrant"
          label={text('installation.grant')}
          hint={text('installation.grantHint')}
          slotProps={{ htmlInput: { inputMode: 'decimal' } }}
          rules={{ pattern: { value: AMOUNT, message: text('keys.notMoney') } }}
          sx={{ maxWidth: 320 }}
        />
      )}
      <Button type="submit" variant="contained" loading={form.formState.isSubmitting} sx={{ alignSelf: 'start' }}>
        {text('page.save')}
      </Button>
    </Stack>
  );
}
