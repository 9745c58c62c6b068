import { MenuItem, Stack, TextField } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { Page } from '../page/page.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';
import { AlertPanel } from './alert-panel.js';
import { ChannelPanel } from './channel-panel.js';
import { DeliveryPanel } from './delivery-panel.js';
import { ForecastPanel } from './forecast-panel.js';
import { SettingsPanel } from './settings-panel.js';
import { useAudience } from './use-audience.js';

/** Budgets with when they end, what was alerted, and how alerts reach people and programs. */
export default function Alerts() {
  const text = useText();
  const { me, mayCall } = useMe();
  const { audience } = useAudience();
  const isOrganization = audience === 'organization';
  return (
    <Page title={text('alerts.title')} actions={me?.operator === true ? <AudienceSelect /> : undefined}>
      <Stack sx={{ gap: 4 }}>
        {isOrganization && <ForecastPanel />}
        <AlertPanel />
        {mayCall('listAlertChannels') && (
          <>
            <ChannelPanel />
            <DeliveryPanel />
            {isOrganization && <SettingsPanel />}
          </>
        )}
      </Stack>
    </Page>
  );
}

function AudienceSelect() {
  const text = useText();
  const { set } = useUrlState();
  const { organization } = useScope();
  const { audience } = useAudience();
  return (
    <TextField
      select
      value={audience}
      onChange={({ target }) => set({ audience: target.value === 'operator' ? 'operator' : null })}
      sx={{ width: 'auto', '& .MuiSelect-select': { py: 1.25, fontSize: '0.8125rem' } }}
      slotProps={{ htmlInput: { 'aria-label': text('alerts.audience') } }}
    >
      <MenuItem value="organization">{text('alerts.forOrganization', { organization: organization.name })}</MenuItem>
      <MenuItem value="operator">{text('alerts.forOperator')}</MenuItem>
    </TextField>
  );
}
