/** An image that goes with a message, read from a file. */
export interface Picture {
  readonly name: string;
  readonly mediaType: string;
  readonly base64: string;
}

export interface Question {
  readonly text: string;
  readonly pictures: readonly Picture[];
}

/** What was answered instead of an answer, in full. */
export interface Failure {
  /** Of HTTP; 0 when no answer came, or when it came in the middle of one. */
  readonly status: number;
  readonly message: string;
  readonly code: string | null;
  readonly param: string | null;
  /** The error as it came, for whoever wants all of it. */
  readonly raw: string | null;
}

export interface TokenCounts {
  readonly input: number | null;
  readonly output: number | null;
}

type AnswerState = 'running' | 'complete' | 'stopped' | 'failed';

export interface Answer {
  readonly state: AnswerState;
  readonly model: string;
  readonly text: string;
  /** What the model thought before, where it says so. */
  readonly thinking: string;
  /** Why it ended, in the provider's word. */
  readonly endedBy: string | null;
  readonly failure: Failure | null;
  readonly requestId: string | null;
  readonly tokens: TokenCounts;
  readonly firstTokenMs: number | null;
  readonly totalMs: number | null;
}

/** A question with the answer of each column; null where a column was not there yet. */
export interface Turn {
  readonly id: number;
  readonly question: Question;
  readonly answers: readonly (Answer | null)[];
}

/** A question with its answer, as one model has seen it. */
export interface Exchange {
  readonly question: Question;
  readonly answer: Answer;
}

export function beginAnswer(model: string): Answer {
  return {
    state: 'running',
    model,
    text: '',
    thinking: '',
    endedBy: null,
    failure: null,
    requestId: null,
    tokens: { input: null, output: null },
    firstTokenMs: null,
    totalMs: null,
  };
}

/** What a column's next request can build on: what has something in its answer, whether or not it was stopped. */
export function heardIn(turns: readonly Turn[], column: number): readonly Exchange[] {
  return turns.flatMap(({ question, answers }) => {
    const answer = answers[column] ?? null;
    return answer === null || answer.text === '' || answer.state === 'failed' ? [] : [{ question, answer }];
  });
}

/** Whether any column still answers the turn. */
export const isAnswering = ({ answers }: Turn): boolean => answers.some((answer) => answer?.state === 'running');

/** What came within less came at once, and its speed is that of the network. */
const LEAST_MEASURED_MS = 100;

/** How quickly the answer came once it had begun; null where that is not known. */
export function tokensPerSecond({ tokens, firstTokenMs, totalMs }: Answer): number | null {
  if (tokens.output === null || firstTokenMs === null || totalMs === null) return null;
  const tookMs = totalMs - firstTokenMs;
  return tookMs < LEAST_MEASURED_MS ? null : (tokens.output * 1000) / tookMs;
}
