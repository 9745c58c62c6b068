import { Box } from '@mui/material';
import { useQueries } from '@tanstack/react-query';
import { parsePicos } from '@tollgate/domain';
import { formatMoney } from '../figures/format-money.js';
import { formatCount, formatDuration } from '../figures/format-quantities.js';
import { useText } from '../i18n/use-text.js';
import { chargeQuery } from './charge-query.js';
import { type Answer, tokensPerSecond } from './conversation.js';
import { Figure } from './figure.js';

interface RankingProps {
  /** Of one question, all of them ended. */
  readonly answers: readonly Answer[];
  readonly secretOf: (model: string) => Promise<string>;
}

interface Entry {
  readonly model: string;
  readonly text: string;
}

/** Of answers side by side: which was the cheapest, the first to begin, the quickest. */
export function Ranking({ answers, secretOf }: RankingProps) {
  const text = useText();
  const charges = useQueries({
    queries: answers.map((answer) => chargeQuery(answer, () => secretOf(answer.model))),
  });
  const whole = answers.flatMap((answer, index) =>
    answer.state === 'complete' ? [{ answer, cost: charges[index]?.data?.cost ?? null }] : [],
  );
  if (whole.length < 2) return null;
  const costs = whole.flatMap(({ answer: { model }, cost }) =>
    cost === null ? [] : [{ model, rank: parsePicos(cost.amount), text: formatMoney(cost) }],
  );
  const firstTokens = whole.flatMap(({ answer: { model, firstTokenMs } }) =>
    firstTokenMs === null ? [] : [{ model, rank: firstTokenMs, text: formatDuration(Math.round(firstTokenMs)) }],
  );
  const speeds = whole.flatMap(({ answer }) => {
    const speed = tokensPerSecond(answer);
    const told = speed === null ? '' : text('playground.perSecond', { count: formatCount(Math.round(speed)) });
    return speed === null ? [] : [{ model: answer.model, rank: -speed, text: told }];
  });
  return (
    <Box component="dl" aria-label={text('playground.ranking')} sx={RANKING}>
      <Winner label={text('playground.cheapest')} entry={first(costs)} />
      <Winner label={text('playground.firstToBegin')} entry={first(firstTokens)} />
      <Winner label={text('playground.quickest')} entry={first(speeds)} />
    </Box>
  );
}

/** The one with the lowest rank; null where there is nothing to compare, or where two share it. */
function first<T extends bigint | number>(entries: readonly (Entry & { readonly rank: T })[]): Entry | null {
  const [best, next] = entries.toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return best === undefined || next === undefined || best.rank === next.rank ? null : best;
}

function Winner({ label, entry }: { readonly label: string; readonly entry: Entry | null }) {
  if (entry === null) return null;
  return (
    <Figure label={label}>
      <strong>{entry.model}</strong> {entry.text}
    </Figure>
  );
}

const RANKING = {
  display: 'flex',
  flexWrap: 'wrap',
  columnGap: 6,
  rowGap: 1,
  m: 0,
  p: 3,
  borderRadius: 1,
  bgcolor: 'action.hover',
  fontSize: '0.8125rem',
} as const;
