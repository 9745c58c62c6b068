import BoltOutlined from '@mui/icons-material/BoltOutlined';
import Block from '@mui/icons-material/Block';
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import DirectionsWalk from '@mui/icons-material/DirectionsWalk';
import HighlightOff from '@mui/icons-material/HighlightOff';
import HourglassDisabled from '@mui/icons-material/HourglassDisabled';
import { Box, type SvgIconProps } from '@mui/material';
import type { Outcome } from '@tollgate/domain';
import type { ComponentType } from 'react';
import { useText } from '../i18n/use-text.js';

interface Look {
  readonly icon: ComponentType<SvgIconProps>;
  readonly color: 'success.main' | 'error.main' | 'warning.main' | 'text.secondary';
}

const FINE: Look = { icon: CheckCircleOutlined, color: 'success.main' };
const CACHED: Look = { icon: BoltOutlined, color: 'success.main' };
const FAILED: Look = { icon: HighlightOff, color: 'error.main' };
const REFUSED: Look = { icon: Block, color: 'warning.main' };
const LEFT: Look = { icon: DirectionsWalk, color: 'text.secondary' };
const LATE: Look = { icon: HourglassDisabled, color: 'error.main' };

const LOOKS: Readonly<Record<Outcome, Look>> = {
  success: FINE,
  client_left_mid_stream: LEFT,
  client_left_before_first_token: LEFT,
  gateway_timeout: LATE,
  upstream_failed: FAILED,
  upstream_cut_mid_stream: FAILED,
  refused: REFUSED,
  output_guardrail_blocked: REFUSED,
  cache_hit: CACHED,
  idempotent_replay: CACHED,
  hedge_loser: LEFT,
  shadow_copy: LEFT,
  detached: LEFT,
  gateway_crashed: FAILED,
};

/** An outcome in words and shape: colour alone says nothing to many readers. */
export function OutcomeMark({ outcome, code }: { readonly outcome: Outcome; readonly code?: string | null }) {
  const text = useText();
  const { icon: Icon, color } = LOOKS[outcome];
  return (
    <Box
      component="span"
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.5, verticalAlign: 'middle' }}
      title={code ?? undefined}
    >
      <Icon sx={{ fontSize: 16, color, flexShrink: 0 }} />
      {text(`vocabulary.outcome.${outcome}`)}
    </Box>
  );
}
