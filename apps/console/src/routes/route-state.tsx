import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import PauseCircleOutlined from '@mui/icons-material/PauseCircleOutlined';
import { Box } from '@mui/material';
import type { Route } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';

/** Whether clients can call it, and who describes it. */
export function RouteState({ route: { enabled, source } }: { readonly route: Pick<Route, 'enabled' | 'source'> }) {
  const text = useText();
  const Icon = enabled ? CheckCircleOutlined : PauseCircleOutlined;
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.5, verticalAlign: 'middle' }}>
      <Icon sx={{ fontSize: 16, color: enabled ? 'success.main' : 'text.secondary' }} />
      <span>
        {text(enabled ? 'routes.enabled' : 'routes.disabled')}
        {source === 'file' && ` · ${text('routes.file')}`}
      </span>
    </Box>
  );
}
