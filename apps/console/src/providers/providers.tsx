import { Stack } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { CredentialPanel } from './credential-panel.js';
import { DeploymentPanel } from './deployment-panel.js';

export default function Providers() {
  const text = useText();
  return (
    <Page title={text('providers.title')}>
      <Stack sx={{ gap: 4 }}>
        <CredentialPanel />
        <DeploymentPanel />
      </Stack>
    </Page>
  );
}
