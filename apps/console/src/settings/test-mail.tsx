import { Alert, Button, Stack } from '@mui/material';
import type { MailResult } from '@tollgate/wire';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormFault } from '../forms/form-fault.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';

const SEVERITIES = { mailed: 'success', logged: 'info', failed: 'error' } as const;

/** Sends a mail, and says what became of it. */
export function TestMail() {
  const text = useText();
  const { me } = useMe();
  const [result, setResult] = useState<MailResult | null>(null);
  const form = useForm({ defaultValues: { to: me?.user?.email ?? '' } });
  const { error, submit } = useSubmit(form, async (body) => {
    setResult(null);
    setResult(await callOperation('sendTestMail', { body }));
  });
  return (
    <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 3, mt: 4 }}>
      <Stack direction="row" sx={{ gap: 2, alignItems: 'start', flexWrap: 'wrap' }}>
        <FormField
          form={form}
          name="to"
          type="email"
          label={text('installation.testTo')}
          sx={{ maxWidth: 320 }}
          rules={{ required: text('setUp.required') }}
        />
        <Button type="submit" variant="outlined" loading={form.formState.isSubmitting} sx={{ minHeight: 38 }}>
          {text('installation.sendTest')}
        </Button>
      </Stack>
      <FormFault error={error} />
      {result !== null && (
        <Alert severity={SEVERITIES[result.delivery]}>
          {text(`installation.test.${result.delivery}`)} {result.detail}
        </Alert>
      )}
    </Stack>
  );
}
