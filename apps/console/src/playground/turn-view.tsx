import { Box, Stack, Typography } from '@mui/material';
import { useText } from '../i18n/use-text.js';
import { MONO } from '../theme/theme.js';
import { AnswerFigures } from './answer-figures.js';
import { type Answer, type Failure, isAnswering, type Question, type Turn } from './conversation.js';
import { Ranking } from './ranking.js';

interface TurnViewProps {
  readonly turn: Turn;
  readonly secretOf: (model: string) => Promise<string>;
}

/** A question, and the answers to it side by side, with what they took. */
export function TurnView({ turn, secretOf }: TurnViewProps) {
  const text = useText();
  const { question } = turn;
  const answers = turn.answers.filter((answer) => answer !== null);
  return (
    <Stack component="article" sx={{ gap: 3, py: 4, borderTop: '1px solid', borderColor: 'divider' }}>
      <Box>
        <Speaker>{text('playground.you')}</Speaker>
        <QuestionBody question={question} />
      </Box>
      <Box sx={sideBySide(turn.answers.length)}>
        {answers.map((answer, column) => (
          <AnswerView key={column} answer={answer} secretOf={secretOf} />
        ))}
      </Box>
      {answers.length > 1 && !isAnswering(turn) && <Ranking answers={answers} secretOf={secretOf} />}
    </Stack>
  );
}

interface AnswerViewProps {
  readonly answer: Answer;
  readonly secretOf: (model: string) => Promise<string>;
}

/** What was thought, the answer, and what that took. */
function AnswerView({ answer, secretOf }: AnswerViewProps) {
  return (
    <Stack sx={{ gap: 3, minWidth: 0 }}>
      <Box aria-live="polite" aria-busy={answer.state === 'running'}>
        <Speaker>{answer.model}</Speaker>
        {answer.thinking !== '' && <Thinking answer={answer} />}
        <AnswerBody answer={answer} />
      </Box>
      {answer.state !== 'running' && <AnswerFigures answer={answer} secretOf={() => secretOf(answer.model)} />}
    </Stack>
  );
}

const sideBySide = (columns: number) => ({
  display: 'grid',
  gap: 5,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: `repeat(${columns}, minmax(0, 1fr))` },
});

function Speaker({ children }: { readonly children: string }) {
  return (
    <Typography variant="caption" component="h3" sx={{ color: 'text.secondary', fontWeight: 500, m: 0, mb: 1 }}>
      {children}
    </Typography>
  );
}

function QuestionBody({ question: { text: said, pictures } }: { readonly question: Question }) {
  return (
    <>
      {pictures.length > 0 && (
        <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap', mb: 2 }}>
          {pictures.map(({ name, mediaType, base64 }, index) => (
            <Box
              key={`${name} ${index}`}
              component="img"
              alt={name}
              src={`data:${mediaType};base64,${base64}`}
              sx={{ maxHeight: 120, maxWidth: '100%', borderRadius: 1, border: '1px solid', borderColor: 'divider' }}
            />
          ))}
        </Stack>
      )}
      <Box sx={PROSE}>{said}</Box>
    </>
  );
}

function Thinking({ answer }: { readonly answer: Answer }) {
  const text = useText();
  return (
    <Box
      component="details"
      open={answer.text === ''}
      sx={{ mb: 2, pl: 3, borderLeft: '2px solid', borderColor: 'divider', color: 'text.secondary' }}
    >
      <Box component="summary" sx={{ cursor: 'pointer', fontSize: '0.8125rem', fontWeight: 500 }}>
        {text('playground.thinking')}
      </Box>
      <Box sx={{ ...PROSE, fontSize: '0.8125rem', mt: 1 }}>{answer.thinking}</Box>
    </Box>
  );
}

function AnswerBody({ answer }: { readonly answer: Answer }) {
  const text = useText();
  const { state, failure, endedBy } = answer;
  const isEmpty = answer.text === '' && answer.thinking === '';
  return (
    <>
      {answer.text !== '' && (
        <Box sx={PROSE} data-testid="answer">
          {answer.text}
        </Box>
      )}
      {state === 'running' && isEmpty && <Remark>{text('playground.waiting')}</Remark>}
      {state === 'complete' && isEmpty && <Remark>{text('playground.nothing')}</Remark>}
      {state === 'stopped' && <Remark>{text('playground.stopped')}</Remark>}
      {state === 'complete' && (endedBy === 'length' || endedBy === 'max_tokens') && (
        <Remark>{text('playground.cutShort')}</Remark>
      )}
      {failure !== null && <FailureNotice failure={failure} />}
    </>
  );
}

function Remark({ children }: { readonly children: string }) {
  return (
    <Typography variant="body2" sx={{ color: 'text.secondary', mt: 1 }}>
      {children}
    </Typography>
  );
}

function FailureNotice({ failure: { status, message, code, param, raw } }: { readonly failure: Failure }) {
  const text = useText();
  const facts = [status === 0 ? null : text('playground.httpStatus', { status }), code, param];
  return (
    <Box
      role="alert"
      sx={{ mt: 2, p: 3, border: '1px solid', borderColor: 'error.main', borderRadius: 1, overflowWrap: 'anywhere' }}
    >
      <Typography sx={{ fontWeight: 500, color: 'error.main' }}>{text('playground.failed')}</Typography>
      <Typography variant="body2">{message}</Typography>
      <Typography variant="caption" component="p" sx={{ color: 'text.secondary', fontFamily: MONO, m: 0, mt: 1 }}>
        {facts.filter((fact) => fact !== null).join(' · ')}
      </Typography>
      {raw !== null && (
        <Box component="details" sx={{ mt: 2, fontSize: '0.8125rem' }}>
          <Box component="summary" sx={{ cursor: 'pointer', color: 'text.secondary' }}>
            {text('playground.wholeError')}
          </Box>
          <Box component="pre" sx={{ fontFamily: MONO, fontSize: '0.75rem', whiteSpace: 'pre-wrap', m: 0, mt: 1 }}>
            {raw}
          </Box>
        </Box>
      )}
    </Box>
  );
}

const PROSE = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } as const;
