import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import { Box, Button, Stack } from '@mui/material';
import { lazy, Suspense, useState } from 'react';
import { useText } from '../i18n/use-text.js';
import { Panel } from '../page/panel.js';

const TwoFactorSetUp = lazy(() => import('./two-factor-set-up.js'));
const TwoFactorOff = lazy(() => import('./two-factor-off.js'));
const NewBackupCodes = lazy(() => import('./new-backup-codes.js'));

/** A code from the phone beside the password. */
export function TwoFactorPanel({ isOn }: { readonly isOn: boolean }) {
  const text = useText();
  const [dialog, setDialog] = useState<'on' | 'off' | 'codes' | null>(null);
  const close = (): void => setDialog(null);
  return (
    <Panel title={text('account.twoFactor')} hint={text('account.twoFactorHint')}>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 2, mb: 4 }}>
        {isOn && <CheckCircleOutlined color="success" sx={{ fontSize: 18 }} />}
        <Box data-testid="two-factor">{text(isOn ? 'account.twoFactorOn' : 'account.twoFactorOff')}</Box>
      </Stack>
      <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap' }}>
        {isOn ? (
          <>
            <Button variant="outlined" onClick={() => setDialog('codes')}>
              {text('account.newCodes')}
            </Button>
            <Button variant="outlined" color="error" onClick={() => setDialog('off')}>
              {text('account.turnOff')}
            </Button>
          </>
        ) : (
          <Button variant="outlined" onClick={() => setDialog('on')}>
            {text('account.turnOn')}
          </Button>
        )}
      </Stack>
      <Suspense fallback={null}>
        {dialog === 'on' && <TwoFactorSetUp onClose={close} />}
        {dialog === 'off' && <TwoFactorOff onClose={close} />}
        {dialog === 'codes' && <NewBackupCodes onClose={close} />}
      </Suspense>
    </Panel>
  );
}
