import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import HelpOutlined from '@mui/icons-material/HelpOutlined';
import WarningAmberOutlined from '@mui/icons-material/WarningAmberOutlined';
import type { Verdict } from './verdict.js';

const LOOKS = {
  green: { icon: CheckCircleOutlined, color: 'success.main' },
  red: { icon: ErrorOutlined, color: 'error.main' },
  failed: { icon: WarningAmberOutlined, color: 'warning.main' },
  unknown: { icon: HelpOutlined, color: 'text.secondary' },
} as const;

/** Told by its shape too: colour alone says nothing to many readers. */
export function Light({ light, size }: { readonly light: Verdict['light']; readonly size: number }) {
  const { icon: Icon, color } = LOOKS[light];
  return <Icon sx={{ fontSize: size, color, flexShrink: 0 }} />;
}
