import { describe, expect, test } from '@jest/globals';

import { converseEvent, converseException, eventStreamFrame } from '../../../test/event-stream-frames.js';
import type { StreamPart } from '../../conversation.js';
import { StreamReader } from './stream-reader.js';

function read(...chunks: readonly Buffer[]): readonly StreamPart[] {
  const reader = new StreamReader();
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

const text = (said: string): Buffer =>
  converseEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: said } });
const stop = converseEvent('messageStop', { stopReason: 'end_turn' });
const errorOf = (parts: readonly StreamPart[]): unknown => {
  const part = parts.find(({ kind }) => kind === 'error');
  return part?.kind === 'error' ? part.error : null;
};

describe('errors inside a stream', () => {
  test.each([
    ['throttlingException', 'provider_rate_limited', false],
    ['modelStreamErrorException', 'provider_failed', false],
    ['internalServerException', 'provider_failed', false],
    ['serviceUnavailableException', 'provider_overloaded', false],
    ['validationException', 'provider_rejected_request', true],
    ['somethingNewException', 'provider_failed', false],
  ])('%s', (type, code, requestFault) => {
    const parts = read(text('a'), converseException(type, 'm'), text('b'));
    expect(errorOf(parts)).toMatchObject({ code, requestFault, credentialFault: false });
    expect(parts.filter(({ kind }) => kind === 'text')).toHaveLength(1);
  });

  test('of the transport', () => {
    const headers = { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'x' };
    expect(errorOf(read(eventStreamFrame(headers, '')))).toMatchObject({ code: 'provider_failed' });
  });
});

describe('frames that are none', () => {
  const changed = (at: number): Buffer => {
    const frame = Buffer.from(text('hello'));
    frame[at] = (frame[at] ?? 0) ^ 1;
    return frame;
  };

  test('whichever byte is wrong, it is noticed, and what came before is kept', () => {
    for (let at = 0; at < text('hello').length; at++) {
      const parts = read(Buffer.concat([text('a'), changed(at)]), stop);
      expect(parts.map(({ kind }) => kind)).toEqual(['start', 'part', 'text', 'error']);
      expect(errorOf(parts)).toMatchObject({ code: 'provider_invalid_response', upstreamCode: 'corrupt_frame' });
    }
  });

  test('a length beyond all measure is refused before its bytes arrive', () => {
    const huge = eventStreamFrame({}, 'x'.repeat(8_388_608));
    expect(errorOf(read(huge.subarray(0, 12)))).toMatchObject({ upstreamCode: 'frame_too_long' });
  });

  test('something else altogether', () => {
    expect(errorOf(read(Buffer.from('data: {"choices":[]}\n\n')))).toMatchObject({ code: 'provider_invalid_response' });
  });

  test('headers that overrun their frame', () => {
    const frame = eventStreamFrame({ a: 'b' }, '{}');
    for (const value of [0, 250]) {
      const broken = Buffer.from(frame);
      broken[12] = value;
      expect(() => read(broken)).not.toThrow();
    }
  });
});

test('usage comes behind the reason for the end; without it the stream is still whole', () => {
  const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
  const kinds = (parts: readonly StreamPart[]): unknown => parts.map(({ kind }) => kind);
  expect(kinds(read(text('a'), stop, converseEvent('metadata', { usage })))).toEqual([
    'start',
    'part',
    'text',
    'finish',
    'usage',
    'done',
  ]);
  expect(kinds(read(text('a'), stop))).toEqual(['start', 'part', 'text', 'finish', 'done']);
  expect(kinds(read(text('a'), stop, text('b').subarray(0, 30)))).toEqual(['start', 'part', 'text', 'finish']);
});

test('events that nobody knows, and fields of other types, are passed over', () => {
  const parts = read(
    converseEvent('whatever', { a: 1 }),
    converseEvent('contentBlockStart', { contentBlockIndex: 'x', start: 7 }),
    converseEvent('contentBlockDelta', { delta: { toolUse: { input: '{}' } } }),
    converseEvent('contentBlockDelta', { delta: { reasoningContent: {} } }),
    eventStreamFrame({ ':event-type': 'messageStop', ':message-type': 'event' }, 'no JSON'),
    converseEvent('metadata', { usage: 'none' }),
  );
  expect(parts.map(({ kind }) => kind)).toEqual(['start', 'part']);
});
