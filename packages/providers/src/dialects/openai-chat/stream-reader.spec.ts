import { describe, expect, test } from '@jest/globals';

import { collectCompletion } from '../../collect-completion.js';
import type { StreamPart } from '../../conversation.js';
import { StreamReader } from './stream-reader.js';

function read(...frames: readonly unknown[]): readonly StreamPart[] {
  const reader = new StreamReader();
  const text = frames.map((frame) => `data: ${typeof frame === 'string' ? frame : JSON.stringify(frame)}\n\n`).join('');
  return [...reader.push(Buffer.from(text)), ...reader.end()];
}
const delta = (value: object, index = 0): object => ({ id: 'c', model: 'm', choices: [{ index, delta: value }] });
const call = (fields: object): object => delta({ tool_calls: [fields] });
const callsOf = (parts: readonly StreamPart[]): unknown =>
  collectCompletion(parts).completion.choices[0]?.parts.map((part) =>
    part.kind === 'tool-call' ? [part.id, part.name, part.input] : part,
  );

describe('tool calls', () => {
  test('in pieces, side by side', () => {
    const parts = read(
      call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      call({ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{"y"' } }),
      call({ index: 0, function: { arguments: '{"x":1}' } }),
      call({ index: 1, function: { arguments: ':2}' } }),
    );
    expect(callsOf(parts)).toEqual([
      ['a', 'f', '{"x":1}'],
      ['b', 'g', '{"y":2}'],
    ]);
  });

  test('whole, all under number 0, or under none', () => {
    for (const index of [{ index: 0 }, {}]) {
      const parts = read(
        call({ ...index, id: 'a', function: { name: 'f', arguments: '{}' } }),
        call({ ...index, id: 'b', function: { name: 'f', arguments: { z: 3 } } }),
      );
      expect(callsOf(parts)).toEqual([
        ['a', 'f', '{}'],
        ['b', 'f', '{"z":3}'],
      ]);
    }
  });
});

describe('streams', () => {
  test('usage is told once, with its last numbers', () => {
    const counted = (n: number): object => ({
      ...delta({ content: 'x' }),
      usage: { prompt_tokens: 1, completion_tokens: n },
    });
    const told = read(counted(1), counted(2), counted(3), '[DONE]').filter((part) => part.kind === 'usage');
    expect(told).toEqual([
      { kind: 'usage', usage: { usage: { input: 1, output: 3 }, reportedCost: null, problem: null } },
    ]);
  });

  test('choices are kept apart', () => {
    const { completion } = collectCompletion(
      read(delta({ content: 'b' }, 1), delta({ content: 'a' }, 0), delta({ content: 'c' }, 1)),
    );
    expect(completion.choices.map(({ index, parts }) => [index, parts])).toEqual([
      [0, [{ kind: 'text', text: 'a' }]],
      [1, [{ kind: 'text', text: 'bc' }]],
    ]);
  });

  test('audio and log probabilities grow', () => {
    const logprobs = (token: string): object => ({
      id: 'c',
      choices: [{ index: 0, delta: {}, logprobs: { content: [{ token }] } }],
    });
    const { completion } = collectCompletion(
      read(
        delta({ audio: { id: 'a', transcript: 'he' } }),
        delta({ audio: { transcript: 'y', data: 'AA' } }),
        logprobs('h'),
        logprobs('e'),
      ),
    );
    expect(completion.choices[0]).toMatchObject({
      parts: [{ kind: 'audio', id: 'a', transcript: 'hey', data: 'AA' }],
      logprobs: { content: [{ token: 'h' }, { token: 'e' }], refusal: null },
    });
  });

  test('an error inside is told, what cannot be read is passed over', () => {
    const parts = read('not json', '7', { error: { message: 'x', code: 'rate_limit_exceeded' } });
    expect(parts).toEqual([expect.objectContaining({ kind: 'error' })]);
    expect(collectCompletion(parts)).toMatchObject({ done: false, error: { code: 'provider_rate_limited' } });
  });

  test('an event without an end is an error', () => {
    const reader = new StreamReader();
    const piece = Buffer.from(`data: ${'x'.repeat(3_000_000)}`);
    const parts = [piece, piece, piece, piece].flatMap((chunk) => [...reader.push(chunk)]);
    expect([...parts, ...reader.end()]).toEqual([
      { kind: 'error', error: expect.objectContaining({ code: 'provider_invalid_response' }) },
    ]);
  });
});
