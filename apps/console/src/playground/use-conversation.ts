import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/api-error.js';
import { type Answer, beginAnswer, type Question, type Turn } from './conversation.js';
import { failureOf } from './read-failure.js';
import type { ClientDialect, RequestBody } from './request-body.js';
import { streamAnswer } from './stream-answer.js';

interface Asking {
  readonly question: Question;
  readonly dialect: ClientDialect;
  readonly model: string;
  readonly body: RequestBody;
  /** Gets the secret that the request is sent with. */
  readonly secretOf: () => Promise<string>;
}

interface Conversation {
  readonly turns: readonly Turn[];
  readonly isRunning: boolean;
  readonly ask: (asking: Asking) => Promise<void>;
  readonly stop: () => void;
  readonly clear: () => void;
}

/** What was asked and answered so far. A page that is left stops what is running. */
export function useConversation(): Conversation {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const running = useRef<AbortController | null>(null);
  const lastId = useRef(0);
  useEffect(() => () => running.current?.abort(), []);

  const ask = useCallback(async ({ question, dialect, model, body, secretOf }: Asking): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    const id = ++lastId.current;
    setTurns((before) => [...before, { id, question, answer: beginAnswer(model) }]);
    const tell = (answer: Answer): void =>
      setTurns((before) => before.map((turn) => (turn.id === id ? { ...turn, answer } : turn)));
    try {
      const secret = await secretOf();
      await streamAnswer({ dialect, model, body, secret, signal: controller.signal }, tell);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tell({ ...beginAnswer(model), state: 'failed', failure: failureOf(error.status, { message: error.message }) });
    } finally {
      running.current = null;
    }
  }, []);

  return {
    turns,
    isRunning: turns.at(-1)?.answer.state === 'running',
    ask,
    stop: () => running.current?.abort(),
    clear: () => {
      running.current?.abort();
      setTurns([]);
    },
  };
}
