import { Box } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { useMe } from '../session/use-me.js';
import { NamePanel } from './name-panel.js';
import { PasskeyPanel } from './passkey-panel.js';
import { PasswordPanel } from './password-panel.js';
import { SessionPanel } from './session-panel.js';
import { TwoFactorPanel } from './two-factor-panel.js';

/** What is about the person, whichever organization they look at. */
export default function Account() {
  const text = useText();
  const user = useMe().me?.user;
  return (
    <Page title={text('account.title')} subtitle={user?.email ?? ''}>
      <Box sx={GRID}>
        {user != null && <NamePanel key={user.name} name={user.name} />}
        <PasswordPanel />
        {user != null && <TwoFactorPanel isOn={user.twoFactor} />}
        <PasskeyPanel />
        <SessionPanel />
      </Box>
    </Page>
  );
}

const GRID = {
  display: 'grid',
  gap: 4,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
  '& > :last-child': { gridColumn: '1 / -1' },
} as const;
