import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { callAuth } from '../api/call-auth.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { authErrorText } from '../sign-in/auth-error-text.js';
import { BackupCodes } from './backup-codes.js';
import { PasswordDialog } from './password-dialog.js';
import { QrCode } from './qr-code.js';

interface Started {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

/** The password, then the secret for the phone, then a code of it, then the codes for the day the phone is lost. */
export default function TwoFactorSetUp({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const queryClient = useQueryClient();
  const [started, setStarted] = useState<Started | null>(null);
  const [isProven, setProven] = useState(false);
  if (started === null) {
    return (
      <PasswordDialog
        title={text('account.turnOnTitle')}
        action={text('page.next')}
        onPassword={async (password) => setStarted(await callAuth<Started>('two-factor/enable', { password }))}
        onClose={onClose}
      />
    );
  }
  if (!isProven) return <Scan uri={started.totpURI} onProven={() => setProven(true)} onClose={onClose} />;
  const close = (): void => {
    void queryClient.invalidateQueries();
    onClose();
  };
  return (
    <Dialog open fullWidth maxWidth="xs" aria-labelledby="codes-title">
      <DialogTitle id="codes-title" sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {text('account.isOnTitle')}
      </DialogTitle>
      <DialogContent>
        <BackupCodes codes={started.backupCodes} />
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 5 }}>
        <Button variant="contained" onClick={close}>
          {text('account.codesKept')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface ScanProps {
  readonly uri: string;
  readonly onProven: () => void;
  readonly onClose: () => void;
}

function Scan({ uri, onProven, onClose }: ScanProps) {
  const text = useText();
  const form = useForm({ defaultValues: { code: '' } });
  const { error, submit } = useSubmit(form, async ({ code }) => {
    await callAuth('two-factor/verify-totp', { code: code.replaceAll(/\s/g, '') });
    onProven();
  });
  return (
    <FormDialog
      title={text('account.scanTitle')}
      action={text('account.turnOn')}
      error={null}
      isSubmitting={form.formState.isSubmitting}
      maxWidth="xs"
      submit={submit}
      onClose={onClose}
    >
      {error !== null && <Alert severity="error">{authErrorText(error, text)}</Alert>}
      <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>{text('account.scanHint')}</Box>
      <QrCode text={uri} label={text('account.qrCode')} />
      <Box sx={{ fontSize: '0.8125rem' }} data-testid="totp-secret">
        <Box sx={{ color: 'text.secondary' }}>{text('account.orType')}</Box>
        <CopyText value={new URL(uri).searchParams.get('secret') ?? ''} />
      </Box>
      <FormField
        form={form}
        name="code"
        label={text('signIn.code')}
        autoFocus
        autoComplete="one-time-code"
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        rules={{ required: text('setUp.required') }}
      />
    </FormDialog>
  );
}
