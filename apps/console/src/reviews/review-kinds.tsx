import { Box, ButtonBase, Skeleton } from '@mui/material';
import { parsePicos } from '@tollgate/domain';
import type { ReviewSummary } from '@tollgate/wire';
import { formatMoney } from '../figures/format-money.js';
import { useText } from '../i18n/use-text.js';
import { useUrlState } from '../url/use-url-state.js';

/** How much there is of each kind; a kind that is chosen narrows the list. */
export function ReviewKinds({ summary }: { readonly summary: ReviewSummary | undefined }) {
  const text = useText();
  const { get, set } = useUrlState();
  if (summary === undefined) return <Skeleton variant="rounded" height={72} />;
  if (summary.open.length === 0) return null;
  const chosen = get('kind');
  return (
    <Box sx={ROW}>
      {summary.open.map(({ kind, count, amount }) => (
        <ButtonBase
          key={kind}
          aria-pressed={chosen === kind}
          onClick={() => set({ kind: chosen === kind ? null : kind, state: null })}
          sx={{ ...CARD, ...(chosen === kind ? { borderColor: 'primary.main' } : {}) }}
        >
          <Box sx={{ fontSize: '1.25rem', fontWeight: 600 }}>{count}</Box>
          <Box sx={{ fontSize: '0.8125rem' }}>{text(`reviews.kind.${kind}`)}</Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', minHeight: '1.5em' }}>
            {parsePicos(amount.amount) === 0n ? '' : text('reviews.atStake', { amount: formatMoney(amount) })}
          </Box>
        </ButtonBase>
      ))}
    </Box>
  );
}

const ROW = { display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fill, minmax(170px, 1fr))' } as const;
const CARD = {
  display: 'block',
  textAlign: 'left',
  fontFamily: 'inherit',
  p: 3,
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
  '&:hover': { bgcolor: 'action.hover' },
} as const;
