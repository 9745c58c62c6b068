import { Button, Stack } from '@mui/material';
import { useState } from 'react';
import { useLogin } from 'react-admin';
import { useForm } from 'react-hook-form';
import type { SignInStep } from '../api/auth-provider.js';
import { FormField } from '../forms/form-field.js';
import { useText } from '../i18n/use-text.js';
import { EntranceForm } from './entrance-form.js';

/** The second step: what the phone shows, or one of the codes for when it is lost. */
export function CodeForm({ onBack }: { readonly onBack: () => void }) {
  const text = useText();
  const login = useLogin();
  const [kind, setKind] = useState<'totp' | 'backup-code'>('totp');
  const form = useForm({ defaultValues: { code: '' } });
  const signIn = async ({ code }: { code: string }): Promise<void> => {
    const step: SignInStep = { kind, code: code.replaceAll(/\s/g, '') };
    await login(step);
  };
  const other = kind === 'totp' ? 'backup-code' : 'totp';
  return (
    <EntranceForm
      form={form}
      send={signIn}
      action={text('signIn.submit')}
      footer={
        <Stack direction="row" sx={{ justifyContent: 'space-between', mx: -3 }}>
          <Button onClick={onBack}>{text('signIn.back')}</Button>
          <Button
            onClick={() => {
              form.reset({ code: '' });
              setKind(other);
            }}
          >
            {text(other === 'totp' ? 'signIn.useCode' : 'signIn.useBackupCode')}
          </Button>
        </Stack>
      }
    >
      <FormField
        key={kind}
        form={form}
        name="code"
        label={text(kind === 'totp' ? 'signIn.code' : 'signIn.backupCode')}
        autoFocus
        autoComplete="one-time-code"
        slotProps={{ htmlInput: { inputMode: kind === 'totp' ? 'numeric' : 'text' } }}
        rules={{ required: text('setUp.required') }}
      />
    </EntranceForm>
  );
}
