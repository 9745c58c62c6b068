import { describe, expect, test } from '@jest/globals';

import { MessagesStreamForwarder } from './messages-stream-forwarder.js';
import type { StreamEnd } from './stream-forwarder.js';

const event = (type: string, fields: object = {}, newline = '\n'): string =>
  `event: ${type}${newline}data: ${JSON.stringify({ type, ...fields })}${newline}${newline}`;

const START = event('message_start', {
  message: { model: 'claude-x', usage: { input_tokens: 9, cache_read_input_tokens: 4, output_tokens: 1 } },
});
const PING = event('ping');
const BLOCK = event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
const delta = (text: string): string => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
const CLOSE = event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } });
const STOP = event('message_stop');
const WHOLE = [
  START,
  PING,
  BLOCK,
  delta('Über'),
  delta(' 世界'),
  event('content_block_stop', { index: 0 }),
  CLOSE,
  STOP,
];

interface Forwarded {
  readonly end: StreamEnd;
  readonly text: string;
  readonly committed: boolean;
}

function forward(bytes: Buffer, size: number): Forwarded {
  const sent: Buffer[] = [];
  const forwarder = new MessagesStreamForwarder((piece) => sent.push(Buffer.from(piece)));
  for (let at = 0; at < bytes.length; at += size) forwarder.push(bytes.subarray(at, at + size));
  const end = forwarder.end();
  return { end, text: Buffer.concat(sent).toString(), committed: forwarder.committed };
}

const forwardText = (text: string, size = Number.MAX_SAFE_INTEGER): Forwarded => forward(Buffer.from(text), size);

describe('a stream of the Messages API', () => {
  test('is forwarded byte for byte however it is cut, with its last event held back', () => {
    const text = WHOLE.join('');
    for (let size = 1; size <= text.length; size += size < 40 ? 1 : 37) {
      const { end, text: sent, committed } = forwardText(text, size);
      expect(sent + (end.doneFrame?.toString() ?? '')).toBe(text);
      expect(end.doneFrame?.toString()).toBe(STOP);
      expect(committed).toBe(true);
      expect(end).toMatchObject({ complete: true, servedModel: 'claude-x', error: null, finishReasons: ['end_turn'] });
      expect(end.usage?.usage).toEqual({ input: 9, input_cache_read: 4, output: 7 });
    }
  });

  test('with CRLF, and with data alone, is read the same', () => {
    const usage = forwardText(WHOLE.join('')).end.usage;
    expect(forwardText(WHOLE.join('').replaceAll('\n', '\r\n')).end.usage).toEqual(usage);
    const numbered = forwardText(WHOLE.map((frame, i) => `id: ${i}\n: comment\n${frame}`).join(''));
    expect(numbered).toMatchObject({ committed: true, end: { complete: true, usage } });
    const bare = forwardText(WHOLE.map((frame) => frame.slice(frame.indexOf('\n') + 1)).join(''));
    expect(bare.end).toMatchObject({ complete: true, usage });
  });

  test('commits at the first content, not before', () => {
    expect(forwardText(START + PING + BLOCK).committed).toBe(false);
    expect(forwardText(START + BLOCK + delta('')).committed).toBe(false);
    expect(forwardText(START + BLOCK + delta('a')).committed).toBe(true);
    const call = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
    expect(forwardText(START + event('content_block_start', { index: 0, content_block: call })).committed).toBe(true);
  });

  test('that is cut knows its input, and not the placeholder of its output', () => {
    const { end } = forwardText(START + BLOCK + delta('Hello') + delta(' there'));
    expect(end).toMatchObject({ complete: false, doneFrame: null });
    expect(end.usage?.usage).toEqual({ input: 9, input_cache_read: 4 });
    expect(end.deliveredCharacters).toBe(11);
  });

  test('that only lacks its last event is whole, and is given one', () => {
    const { end } = forwardText(WHOLE.slice(0, -1).join(''));
    expect(end.complete).toBe(true);
    expect(end.doneFrame?.toString()).toBe(STOP);
  });

  test('does not forward an error, nor what follows it', () => {
    const error = event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } });
    const { end, text } = forwardText(START + BLOCK + delta('a') + error + delta('b'));
    expect(text).toBe(START + BLOCK + delta('a'));
    expect(end).toMatchObject({ complete: false, error: { code: 'provider_overloaded' } });
  });

  test('with a frame that never ends is given up', () => {
    expect(forward(Buffer.alloc(1_100_000, 'a'), 64_000).end.error?.upstreamCode).toBe('frame_too_long');
  });
});
