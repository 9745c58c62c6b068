import { describe, expect, test } from '@jest/globals';

import type { StreamPart } from '../../conversation.js';
import { openaiChat } from '../openai-chat/openai-chat.js';
import { StreamReader } from './stream-reader.js';
import { StreamWriter } from './stream-writer.js';
import { writeResponse } from './write-response.js';

const frame = (data: Record<string, unknown>): string =>
  `event: ${String(data['type'])}\ndata: ${JSON.stringify(data)}\n\n`;
const START = frame({
  type: 'message_start',
  message: { id: 'm', type: 'message', model: 'x', content: [], usage: { input_tokens: 9, output_tokens: 4 } },
});

function read(text: string): readonly StreamPart[] {
  const reader = new StreamReader();
  return [...reader.push(Buffer.from(text)), ...reader.end()];
}

const events = (parts: readonly StreamPart[]): Record<string, unknown>[] => {
  const writer = new StreamWriter();
  const sse = parts.map((part) => writer.write(part)).join('');
  return [...sse.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as Record<string, unknown>);
};
const kinds = (parts: readonly StreamPart[]): string[] =>
  events(parts).map(
    ({ type, index }) => `${String(type).replace('content_block_', '')}${typeof index === 'number' ? ` ${index}` : ''}`,
  );

describe('reading', () => {
  test('of a stream that was cut, the input is known and the output is not', () => {
    const parts = read(START);
    expect(parts.at(-1)).toEqual({ kind: 'usage', usage: { usage: { input: 9 }, reportedCost: null, problem: null } });
    expect(parts.some((part) => part.kind === 'done')).toBe(false);
  });

  test('an error inside a stream', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    expect(read(START + frame({ type: 'error', error }))).toContainEqual({
      kind: 'error',
      error: expect.objectContaining({ code: 'provider_overloaded', upstreamCode: 'overloaded_error' }),
    });
  });

  test('what later versions add is no reason to stop', () => {
    const text = START + frame({ type: 'news' }) + 'data: no json\n\n: comment\n\n' + frame({ type: 'message_stop' });
    expect(read(text).at(-1)).toEqual({ kind: 'done' });
  });

  test('an event without an end is bounded', () => {
    const parts = read(`data: ${'x'.repeat(9_000_000)}`);
    expect(parts).toEqual([{ kind: 'error', error: expect.objectContaining({ code: 'provider_invalid_response' }) }]);
  });
});

describe('writing', () => {
  const start = { kind: 'start', dialect: 'openai-chat', id: 'c', model: 'm', created: 1, usage: null } as const;
  const call = (index: number): StreamPart => ({
    kind: 'tool-call',
    choice: 0,
    index,
    id: `c${index}`,
    name: 'f',
    custom: false,
  });
  const input = (index: number, text: string): StreamPart => ({ kind: 'tool-input', choice: 0, index, text });
  const text = (words: string): StreamPart => ({ kind: 'text', choice: 0, text: words });
  const finish = { kind: 'finish', choice: 0, reason: 'stop', stopSequence: null } as const;

  test('one call after another', () => {
    expect(
      kinds([start, text('a'), call(0), input(0, '{}'), call(1), input(1, '{}'), finish, { kind: 'done' }]),
    ).toEqual([
      'message_start',
      'start 0',
      'delta 0',
      'stop 0',
      'start 1',
      'delta 1',
      'stop 1',
      'start 2',
      'delta 2',
      'stop 2',
      'message_delta',
      'message_stop',
    ]);
  });

  test('calls that are announced before they are filled', () => {
    expect(kinds([start, call(0), call(1), input(1, '{'), input(0, '{}'), input(1, '}'), { kind: 'done' }])).toEqual([
      'message_start',
      'start 0',
      'start 1',
      'delta 1',
      'delta 0',
      'delta 1',
      'stop 0',
      'stop 1',
      'message_delta',
      'message_stop',
    ]);
  });

  test('a server that just stops after a call still asks for its result', () => {
    expect(events([start, call(0), finish, { kind: 'done' }]).at(-2)).toMatchObject({
      delta: { stop_reason: 'tool_use' },
    });
  });

  test('calls that a server gave no id get one each', () => {
    const named = (index: number): StreamPart => ({ ...call(index), id: '' }) as StreamPart;
    const ids = events([start, named(0), named(1), finish, { kind: 'done' }]).flatMap(({ content_block: block }) =>
      block === undefined ? [] : [(block as { id: string }).id],
    );
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^call_[0-9a-f]{32}$/);
    const message = { tool_calls: [{ type: 'function', function: { name: 'f', arguments: '{}' } }] };
    const completion = openaiChat.readResponse({ choices: [{ message, finish_reason: 'tool_calls' }] });
    if (completion === null) throw new Error('no completion');
    expect(writeResponse(completion)['content']).toMatchObject([{ id: expect.stringMatching(/^call_[0-9a-f]{32}$/) }]);
  });

  test('free text of a custom tool is wrapped', () => {
    const custom: StreamPart = { kind: 'tool-call', choice: 0, index: 0, id: 'c', name: 'f', custom: true };
    const deltas = events([start, custom, input(0, 'a "'), input(0, 'b'), finish, { kind: 'done' }]);
    expect(deltas[2]).toMatchObject({ delta: { partial_json: '{"input":"a \\"b"}' } });
  });

  test('a refusal is text, and why the message ended', () => {
    const written = events([
      start,
      { kind: 'refusal', choice: 0, text: 'No.' },
      { ...finish, reason: 'refusal' },
      { kind: 'done' },
    ]);
    expect(written[2]).toMatchObject({ delta: { type: 'text_delta', text: 'No.' } });
    expect(written.at(-2)).toMatchObject({ delta: { stop_reason: 'refusal', stop_details: { explanation: 'No.' } } });
  });

  test('an error, and an answer that nobody introduced', () => {
    const error = { code: 'provider_stream_cut', message: 'Cut.', param: null } as const;
    const facts = { ...error, upstreamCode: null, retryAfterMs: null, credentialFault: false, requestFault: false };
    const written = events([text('a'), { kind: 'error', error: facts }]);
    expect(written[0]).toMatchObject({ type: 'message_start' });
    expect(written.at(-1)).toEqual({ type: 'error', error: { type: 'api_error', message: 'Cut.' }, request_id: null });
  });

  test('other choices than the first have no place', () => {
    expect(kinds([start, { kind: 'text', choice: 1, text: 'b' }])).toEqual(['message_start']);
  });
});
