import BlockOutlined from '@mui/icons-material/BlockOutlined';
import BoltOutlined from '@mui/icons-material/BoltOutlined';
import KeyOffOutlined from '@mui/icons-material/KeyOffOutlined';
import PauseCircleOutlined from '@mui/icons-material/PauseCircleOutlined';
import RadioButtonUnchecked from '@mui/icons-material/RadioButtonUnchecked';
import SnoozeOutlined from '@mui/icons-material/SnoozeOutlined';
import SyncOutlined from '@mui/icons-material/SyncOutlined';
import { Box } from '@mui/material';
import { formatAgo, formatInstant } from '../figures/format-times.js';
import { useText } from '../i18n/use-text.js';
import { useZone } from '../url/scope.js';
import { useMinute } from '../url/use-minute.js';
import { liveStateOf } from './live-state.js';
import type { WatchedDeployment } from './use-deployments.js';

const LOOKS = {
  fine: { icon: BoltOutlined, color: 'success.main' },
  'half-open': { icon: SyncOutlined, color: 'warning.main' },
  benched: { icon: SnoozeOutlined, color: 'warning.main' },
  open: { icon: BlockOutlined, color: 'error.main' },
  dead: { icon: KeyOffOutlined, color: 'error.main' },
  draining: { icon: PauseCircleOutlined, color: 'warning.main' },
  drained: { icon: PauseCircleOutlined, color: 'text.secondary' },
  idle: { icon: RadioButtonUnchecked, color: 'text.secondary' },
  elsewhere: { icon: RadioButtonUnchecked, color: 'text.secondary' },
} as const;

/** How a deployment is doing at this moment, in words and shape: circuit, bench, credential, requests in flight, probe. */
export function LiveMark({ deployment: { drained, health } }: { readonly deployment: WatchedDeployment }) {
  const text = useText();
  const zone = useZone();
  useMinute();
  const now = Date.now();
  const { word, inFlight, benchedUntil, probe } = liveStateOf({ drained, live: health.live }, now);
  // of what nobody uses there is nothing to tell besides
  if (word === 'idle' && health.state === 'unused') return null;
  const { icon: Icon, color } = LOOKS[word];
  const details = [
    ...(inFlight > 0 ? [text('providers.inFlight', { smart_count: inFlight })] : []),
    ...(probe === null
      ? []
      : [text(probe.ok ? 'providers.probeOk' : 'providers.probeFailed', { ago: formatAgo(probe.at, now) })]),
  ];
  return (
    <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
      <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.5, verticalAlign: 'middle' }}>
        <Icon sx={{ fontSize: 14, color }} />
        {text(`providers.live.${word}`, { time: benchedUntil === null ? '' : timeOf(benchedUntil, zone) })}
      </Box>
      {details.length > 0 && <Box component="span">{` · ${details.join(' · ')}`}</Box>}
    </Box>
  );
}

/** It is never far away: the time of the day says enough. */
const timeOf = (instant: string, zone: string): string => formatInstant(instant, zone).split(', ').at(-1) ?? instant;
