import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { formatMoney } from '../figures/format-money.js';
import { formatCount } from '../figures/format-quantities.js';
import { Duration, Money, NOTHING } from '../figures/figures.js';
import { useText } from '../i18n/use-text.js';
import { useLinkTo } from '../url/use-url-state.js';
import { type Answer, tokensPerSecond } from './conversation.js';
import { Figure } from './figure.js';
import { type Charge, chargeQuery } from './charge-query.js';

interface AnswerFiguresProps {
  readonly answer: Answer;
  readonly secretOf: () => Promise<string>;
}

/** Tokens, cost and times of one answer, and the way to everything else that is known of the request. */
export function AnswerFigures({ answer, secretOf }: AnswerFiguresProps) {
  const text = useText();
  const linkTo = useLinkTo();
  const { requestId, firstTokenMs, totalMs } = answer;
  const { data: charge } = useQuery(chargeQuery(answer, secretOf));
  // a stream that was stopped tells no counts
  const tokens = {
    input: answer.tokens.input ?? charge?.tokens.input ?? null,
    output: answer.tokens.output ?? charge?.tokens.output ?? null,
  };
  const speed = rounded(tokensPerSecond({ ...answer, tokens }));
  const count = (value: number | null): string => (value === null ? NOTHING : formatCount(value));
  return (
    <Box component="dl" sx={FIGURES}>
      <Figure label={text('playground.tokensLabel')}>
        {text('playground.tokens', { input: count(tokens.input), output: count(tokens.output) })}
      </Figure>
      <Figure label={text('playground.cost')}>
        <Cost charge={charge} />
      </Figure>
      <Figure label={text('playground.firstToken')}>
        <Duration ms={rounded(firstTokenMs)} />
      </Figure>
      <Figure label={text('playground.total')}>
        <Duration ms={rounded(totalMs)} />
      </Figure>
      {speed !== null && (
        <Figure label={text('playground.speed')}>{text('playground.perSecond', { count: formatCount(speed) })}</Figure>
      )}
      {requestId !== null && (
        // beside the conversation, which lives as long as its page
        <Box
          component={Link}
          to={linkTo(`/requests/${requestId}/show`)}
          target="_blank"
          rel="noopener"
          sx={{ color: 'primary.main' }}
        >
          {text('playground.openRequest')}
        </Box>
      )}
    </Box>
  );
}

function Cost({ charge }: { readonly charge: Charge | undefined }) {
  const text = useText();
  if (charge?.state === 'unpriced') return <>{text('playground.noPrice')}</>;
  if (charge === undefined || charge.cost === null) return <>{NOTHING}</>;
  if (charge.state === 'rated') return <Money value={charge.cost} />;
  return <span title={text('playground.costPending')}>{formatMoney(charge.cost)}</span>;
}

/** What the browser measures is not more exact than this. */
const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));

const FIGURES = {
  display: 'flex',
  flexWrap: 'wrap',
  columnGap: 5,
  rowGap: 1,
  m: 0,
  fontSize: '0.8125rem',
} as const;
