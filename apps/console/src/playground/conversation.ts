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

/** A question with its answer. */
export interface Turn {
  readonly id: number;
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

/** Turns that a next request can build on: those with something in the answer, whether or not it was stopped. */
export function heardTurns(turns: readonly Turn[]): readonly Turn[] {
  return turns.filter(({ answer }) => answer.text !== '' && answer.state !== 'failed');
}
