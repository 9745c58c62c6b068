import { createParser } from 'eventsource-parser';
import { type Answer, beginAnswer } from './conversation.js';
import { failureOf, readFailure } from './read-failure.js';
import { readEvent } from './read-event.js';
import { type ClientDialect, PATHS, type RequestBody } from './request-body.js';

interface Asked {
  readonly dialect: ClientDialect;
  readonly model: string;
  readonly body: RequestBody;
  readonly secret: string;
  readonly signal: AbortSignal;
}

/**
 * Sends a request through the gate and tells how far the answer is, as often as there is more of it. Failures and a stop
 * are states of the answer; nothing is thrown.
 */
export async function streamAnswer(asked: Asked, tell: (answer: Answer) => void): Promise<Answer> {
  const sentAt = performance.now();
  let answer = beginAnswer(asked.model);
  const change = (changes: Partial<Answer>): void => {
    answer = { ...answer, ...changes };
    tell(answer);
  };
  const elapsed = (): number => performance.now() - sentAt;
  try {
    const response = await send(asked);
    change({ requestId: response.headers.get('x-request-id') });
    if (response.ok && response.body !== null) {
      await readStream(response.body, (data) => {
        const { text, thinking, endedBy, tokens, error } = readEvent(asked.dialect, data);
        if (error !== undefined) return change({ state: 'failed', failure: failureOf(0, error) });
        const isFirst = answer.firstTokenMs === null && (text !== undefined || thinking !== undefined);
        change({
          ...(text !== undefined && { text: answer.text + text }),
          ...(thinking !== undefined && { thinking: answer.thinking + thinking }),
          ...(endedBy !== undefined && { endedBy }),
          ...(tokens !== undefined && { tokens: { ...answer.tokens, ...tokens } }),
          ...(isFirst && { firstTokenMs: elapsed() }),
        });
      });
    } else {
      change({ state: 'failed', failure: readFailure(response.status, await response.text()) });
    }
    change({ totalMs: elapsed(), ...(answer.state === 'running' && { state: 'complete' }) });
  } catch (error) {
    if (asked.signal.aborted) change({ state: 'stopped', totalMs: elapsed() });
    // what the stream has said of itself says more than that its connection was then broken
    else if (answer.failure !== null) change({ totalMs: elapsed() });
    else
      change({
        state: 'failed',
        totalMs: elapsed(),
        failure: failureOf(0, error instanceof Error ? error.message : error),
      });
  }
  return answer;
}

function send({ dialect, body, secret, signal }: Asked): Promise<Response> {
  return fetch(PATHS[dialect], {
    method: 'POST',
    signal,
    // the secret says who asks; the session of the console opens the management API only
    credentials: 'omit',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      ...(dialect === 'anthropic-messages' && { 'anthropic-version': '2023-06-01' }),
    },
    body: JSON.stringify(body),
  });
}

async function readStream(body: ReadableStream<Uint8Array>, onData: (data: string) => void): Promise<void> {
  const parser = createParser({ onEvent: ({ data }) => onData(data) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
  }
}
