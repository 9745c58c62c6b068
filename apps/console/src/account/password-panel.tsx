import { Alert, Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callAuth } from '../api/call-auth.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { Panel } from '../page/panel.js';
import { authErrorText } from '../sign-in/auth-error-text.js';
import { usePasswordRules } from '../sign-in/use-password-rules.js';

const EMPTY = { currentPassword: '', newPassword: '' };

export function PasswordPanel() {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const form = useForm({ defaultValues: EMPTY });
  const rules = usePasswordRules();
  const { error, submit } = useSubmit(form, async (passwords) => {
    await callAuth('change-password', passwords);
    form.reset(EMPTY);
    await queryClient.invalidateQueries({ queryKey: ['listMySessions'] });
    notify(text('account.passwordChanged'), { type: 'success' });
  });
  return (
    <Panel title={text('account.password')} hint={text('account.passwordHint')}>
      <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 4, pt: 1 }}>
        {error !== null && <Alert severity="error">{authErrorText(error, text)}</Alert>}
        <FormField
          form={form}
          name="currentPassword"
          type="password"
          label={text('account.currentPassword')}
          autoComplete="current-password"
          rules={{ required: text('setUp.required') }}
        />
        <FormField
          form={form}
          name="newPassword"
          type="password"
          label={text('account.newPassword')}
          hint={text('setUp.passwordHint')}
          autoComplete="new-password"
          rules={rules}
        />
        <Button type="submit" variant="outlined" loading={form.formState.isSubmitting} sx={{ alignSelf: 'start' }}>
          {text('account.changePassword')}
        </Button>
      </Stack>
    </Panel>
  );
}
