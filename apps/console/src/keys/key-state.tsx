import CancelOutlined from '@mui/icons-material/CancelOutlined';
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import TimerOffOutlined from '@mui/icons-material/TimerOffOutlined';
import { Box } from '@mui/material';
import type { ApiKey } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';

const STATES = {
  active: { icon: CheckCircleOutlined, color: 'success.main' },
  expired: { icon: TimerOffOutlined, color: 'warning.main' },
  revoked: { icon: CancelOutlined, color: 'text.secondary' },
} as const;

export function stateOf({ revokedAt, expiresAt }: ApiKey): keyof typeof STATES {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'active';
}

/** Whether requests with the key are taken, in words and shape. */
export function KeyState({ apiKey }: { readonly apiKey: ApiKey }) {
  const text = useText();
  const state = stateOf(apiKey);
  const { icon: Icon, color } = STATES[state];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.5, verticalAlign: 'middle' }}>
      <Icon sx={{ fontSize: 16, color }} />
      {text(`keys.${state}`)}
    </Box>
  );
}
