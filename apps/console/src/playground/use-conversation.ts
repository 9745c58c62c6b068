import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/api-error.js';
import { type Answer, beginAnswer, isAnswering, type Question, type Turn } from './conversation.js';
import { failureOf } from './read-failure.js';
import type { ClientDialect, RequestBody } from './request-body.js';
import { streamAnswer } from './stream-answer.js';

/** What one column is asked. */
interface ColumnRequest {
  readonly model: string;
  readonly body: RequestBody;
  /** Gets the secret that the request is sent with. */
  readonly secretOf: () => Promise<string>;
}

interface Asking {
  readonly question: Question;
  readonly dialect: ClientDialect;
  readonly columns: readonly ColumnRequest[];
}

interface Conversation {
  readonly turns: readonly Turn[];
  readonly isRunning: boolean;
  readonly ask: (asking: Asking) => void;
  readonly stop: () => void;
  readonly clear: () => void;
  /** Forgets what a column has said. */
  readonly removeColumn: (column: number) => void;
}

/** What was asked and answered so far, by each of the columns. A page that is left stops what is running. */
export function useConversation(): Conversation {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const running = useRef<AbortController | null>(null);
  const lastId = useRef(0);
  useEffect(() => () => running.current?.abort(), []);

  const ask = useCallback(({ question, dialect, columns }: Asking): void => {
    const controller = new AbortController();
    running.current = controller;
    const id = ++lastId.current;
    setTurns((before) => [...before, { id, question, answers: columns.map(({ model }) => beginAnswer(model)) }]);
    columns.forEach((column, index) => {
      const tell = (answer: Answer): void =>
        setTurns((before) => before.map((turn) => (turn.id === id ? withAnswer(turn, index, answer) : turn)));
      void askColumn(column, { dialect, signal: controller.signal }, tell);
    });
  }, []);

  const isRunning = turns.some(isAnswering);
  return {
    turns,
    isRunning,
    ask,
    stop: () => running.current?.abort(),
    clear: () => {
      running.current?.abort();
      setTurns([]);
    },
    removeColumn: (column) =>
      setTurns((before) =>
        before.map((turn) => ({ ...turn, answers: turn.answers.filter((_answer, index) => index !== column) })),
      ),
  };
}

async function askColumn(
  { model, body, secretOf }: ColumnRequest,
  { dialect, signal }: { readonly dialect: ClientDialect; readonly signal: AbortSignal },
  tell: (answer: Answer) => void,
): Promise<void> {
  try {
    const secret = await secretOf();
    await streamAnswer({ dialect, model, body, secret, signal }, tell);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tell({ ...beginAnswer(model), state: 'failed', failure: failureOf(error.status, { message: error.message }) });
  }
}

const withAnswer = (turn: Turn, column: number, answer: Answer): Turn => ({
  ...turn,
  answers: turn.answers.map((known, index) => (index === column ? answer : known)),
});
