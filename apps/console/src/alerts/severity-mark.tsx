import { Box } from '@mui/material';
import type { AlertSeverity } from '@tollgate/domain';
import { useText } from '../i18n/use-text.js';

const SHAPES: Record<AlertSeverity, string> = { info: '○', warning: '△', critical: '◆' };
const COLORS: Record<AlertSeverity, string> = {
  info: 'text.secondary',
  warning: 'warning.main',
  critical: 'error.main',
};

/** In a word and a shape, not in colour alone. */
export function SeverityMark({ severity }: { readonly severity: AlertSeverity }) {
  const text = useText();
  return (
    <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
      <Box component="span" aria-hidden sx={{ color: COLORS[severity], mr: 1.5 }}>
        {SHAPES[severity]}
      </Box>
      {text(`alerts.severity.${severity}`)}
    </Box>
  );
}
