import { Box } from '@mui/material';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { Light } from '../self-audits/light.js';
import { useVerdict } from '../self-audits/use-verdict.js';

const REFETCH_MS = 60_000;

/** How much waits for somebody; nothing when nothing does. */
export function ReviewMark() {
  const { data } = useOperation('readReviewSummary', {}, { refetchMs: REFETCH_MS });
  const count = (data?.openCount ?? 0) + (data?.quarantined ?? 0) + (data?.pendingPostings ?? 0);
  return count === 0 ? null : <Box sx={COUNT}>{count > 99 ? '99+' : count}</Box>;
}

/** Whether the books agree. */
export function AuditMark() {
  const text = useText();
  const { light } = useVerdict();
  const words = light === 'green' ? 'green' : light === 'unknown' ? 'unknown' : 'red';
  return (
    <Box sx={{ ml: 'auto', display: 'flex' }} title={text(`selfAudits.rail.${words}`)}>
      <Light light={light} size={16} />
    </Box>
  );
}

const COUNT = {
  ml: 'auto',
  px: 1.5,
  minWidth: 20,
  textAlign: 'center',
  borderRadius: 10,
  bgcolor: 'action.selected',
  color: 'text.primary',
  fontSize: '0.75rem',
  fontWeight: 500,
} as const;
