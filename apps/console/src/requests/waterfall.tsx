import { Box } from '@mui/material';
import type { RequestDetail } from '@tollgate/wire';
import { formatDuration } from '../figures/format-quantities.js';
import { useText, type Text } from '../i18n/use-text.js';
import { type Phase, phasesOf } from './phases.js';

/** Bars on one clock: what waited for what. */
export function Waterfall({ request }: { readonly request: RequestDetail }) {
  const text = useText();
  const phases = phasesOf(request);
  const span = Math.max(request.totalMs, ...phases.map(({ endMs }) => endMs), 0.001);
  return (
    <Box component="ol" sx={LIST}>
      {phases.map((phase) => (
        <Box component="li" key={`${phase.name}${phase.attempt?.number ?? ''}`} sx={ROW}>
          <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
            {labelOf(phase, text)}
            {phase.attempt?.errorCode != null && (
              <Box sx={{ color: 'error.main', fontSize: '0.75rem' }}>
                {text('requests.attemptFailed', { code: phase.attempt.errorCode })}
              </Box>
            )}
          </Box>
          <Box aria-hidden sx={TRACK}>
            <Box
              sx={{ ...BAR, bgcolor: colorOf(phase) }}
              style={{
                left: `${(phase.startMs / span) * 100}%`,
                width: `max(2px, ${((phase.endMs - phase.startMs) / span) * 100}%)`,
              }}
            />
          </Box>
          <Box sx={{ textAlign: 'right', whiteSpace: 'nowrap' }} title={`${phase.startMs} – ${phase.endMs} ms`}>
            {formatDuration(phase.endMs - phase.startMs)}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function labelOf({ name, attempt }: Phase, text: Text): string {
  return text(`requests.phase.${name}`, { number: attempt?.number ?? 0, provider: attempt?.provider ?? '' });
}

function colorOf({ name, attempt }: Phase): string {
  if (attempt !== undefined) return attempt.errorCode === null ? 'primary.main' : 'error.main';
  return name === 'stream' || name === 'answer' ? 'success.main' : 'text.disabled';
}

const LIST = { listStyle: 'none', m: 0, p: 0, fontSize: '0.8125rem' } as const;

const ROW = {
  display: 'grid',
  gridTemplateColumns: { xs: '1fr auto', sm: 'minmax(150px, 2fr) 4fr 72px' },
  alignItems: 'center',
  columnGap: 3,
  rowGap: 1,
  py: 1.5,
  '& > :nth-of-type(2)': { gridRow: { xs: 2, sm: 'auto' }, gridColumn: { xs: '1 / -1', sm: 'auto' } },
} as const;

const TRACK = { position: 'relative', height: 10, bgcolor: 'action.hover', borderRadius: 0.5 } as const;
const BAR = { position: 'absolute', top: 0, bottom: 0, borderRadius: 0.5 } as const;
