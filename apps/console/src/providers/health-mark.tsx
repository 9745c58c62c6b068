import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import PauseCircleOutlined from '@mui/icons-material/PauseCircleOutlined';
import RadioButtonUnchecked from '@mui/icons-material/RadioButtonUnchecked';
import WarningAmber from '@mui/icons-material/WarningAmber';
import { Box } from '@mui/material';
import type { DeploymentHealth } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';

const LOOKS = {
  healthy: { icon: CheckCircleOutlined, color: 'success.main' },
  degraded: { icon: WarningAmber, color: 'warning.main' },
  failing: { icon: ErrorOutlined, color: 'error.main' },
  unused: { icon: RadioButtonUnchecked, color: 'text.secondary' },
  disabled: { icon: PauseCircleOutlined, color: 'text.secondary' },
} as const;

/** How a deployment is doing, in words and shape. */
export function HealthMark({ state }: { readonly state: DeploymentHealth['state'] }) {
  const text = useText();
  const { icon: Icon, color } = LOOKS[state];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.5, verticalAlign: 'middle' }}>
      <Icon sx={{ fontSize: 16, color }} />
      {text(`providers.states.${state}`)}
    </Box>
  );
}
