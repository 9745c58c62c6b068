import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GOOGLE_FIXTURES } from '../../test/google-fixtures.js';
import { googleGenerate } from '../dialects/google-generate/google-generate.js';
import { GenerateStreamForwarder } from './generate-stream-forwarder.js';
import type { StreamEnd } from './stream-forwarder.js';

function forwarded(chunks: Iterable<Buffer>): { readonly sent: string; readonly end: StreamEnd; committed: boolean } {
  const pieces: Buffer[] = [];
  const forwarder = new GenerateStreamForwarder((bytes) => pieces.push(Buffer.from(bytes)));
  for (const chunk of chunks) forwarder.push(chunk);
  const end = forwarder.end();
  expect(forwarder.end()).toBe(end);
  return { sent: Buffer.concat(pieces).toString(), end, committed: forwarder.committed };
}

const frame = (object: unknown): string => `data: ${JSON.stringify(object)}\r\n\r\n`;
const said = (text: string, more: object = {}): string =>
  frame({ candidates: [{ content: { parts: [{ text }], role: 'model' }, ...more }], modelVersion: 'm' });
const ERROR = frame({ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } });

describe('forwarding a stream of Google', () => {
  test.each(GOOGLE_FIXTURES.map(({ name, sse }) => [name, sse] as const))('%s, however it is cut', (_name, sse) => {
    const bytes = Buffer.from(sse);
    const whole = forwarded([bytes]);
    expect(whole.sent + (whole.end.doneFrame?.toString() ?? '')).toBe(sse);
    expect(whole.end).toMatchObject({ complete: true, error: null, servedModel: 'gemini-3-pro-preview' });
    const reader = googleGenerate.streamReader();
    const parts = [...reader.push(bytes), ...reader.end()];
    expect(whole.end.usage).toEqual(parts.find((part) => part.kind === 'usage')?.usage);
    expect(whole.committed).toBe(true);
    expect(forwarded(Array.from(bytes, (byte) => Buffer.of(byte))).end).toEqual(whole.end);
    for (let cut = 1; cut < bytes.length; cut += 3) {
      expect(forwarded([bytes.subarray(0, cut), bytes.subarray(cut)]).end.usage).toEqual(whole.end.usage);
    }
  });

  test('an error inside is not forwarded, nor anything behind it', () => {
    for (const text of [ERROR + said('x'), said('a') + ERROR + said('x')]) {
      const { sent, end } = forwarded([Buffer.from(text)]);
      expect(sent).toBe(text.slice(0, text.indexOf(ERROR)));
      expect(end).toMatchObject({ complete: false, doneFrame: null, error: { code: 'provider_overloaded' } });
    }
    const bare = `${said('a')}[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]`;
    expect(forwarded([Buffer.from(bare)]).end.error?.code).toBe('provider_rate_limited');
  });

  test('what is cut is not complete, and half a frame is left out', () => {
    const { sent, end } = forwarded([Buffer.from(`${said('a')}data: {"candid`)]);
    expect(sent).toBe(said('a'));
    expect(end).toMatchObject({ complete: false, doneFrame: null, error: null });
  });

  test('models that say in each frame why they stop', () => {
    const text = ['a', 'b', 'c'].map((word) => said(word, { finishReason: 'STOP' })).join('');
    const { sent, end } = forwarded([Buffer.from(text)]);
    expect(sent + (end.doneFrame?.toString() ?? '')).toBe(text);
    expect(end).toMatchObject({ complete: true, finishReasons: ['STOP'], deliveredCharacters: 3 });
  });

  test('an answer without events becomes events', () => {
    const answers = GOOGLE_FIXTURES.map(({ answer }) => answer);
    const { sent, end } = forwarded([Buffer.from(JSON.stringify(answers, null, 2))]);
    expect(sent + (end.doneFrame?.toString() ?? '')).toBe(answers.map(frame).join(''));
    expect(end.complete).toBe(true);
  });

  test('pictures of some megabytes pass, endless frames do not', () => {
    const picture = said('a', {
      content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'A'.repeat(4e6) } }] },
      finishReason: 'STOP',
    });
    const bytes = Buffer.from(picture);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) =>
      bytes.subarray(i * 65_536, (i + 1) * 65_536),
    );
    expect(forwarded(chunks).end).toMatchObject({ complete: true, deliveredCharacters: 1 });
    const endless = Array.from({ length: 36 }, () => Buffer.alloc(1_000_000, 'x'));
    expect(forwarded(endless).end.error?.upstreamCode).toBe('frame_too_long');
  });

  test('hostile frames throw nowhere, and both ways of reading agree on the usage', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const usage = fc.record({
      promptTokenCount: fc.oneof(fc.nat(9), value),
      totalTokenCount: fc.oneof(fc.nat(9), value),
    });
    const answer = fc.record(
      {
        candidates: fc.oneof(
          value,
          fc.array(
            fc.record(
              {
                content: fc.oneof(
                  value,
                  fc.record({
                    parts: fc.array(
                      fc.record(
                        { text: value, functionCall: value, inlineData: value, thoughtSignature: value },
                        { requiredKeys: [] },
                      ),
                    ),
                  }),
                ),
                finishReason: fc.oneof(value, fc.constant('STOP')),
                index: value,
                groundingMetadata: value,
                logprobsResult: value,
              },
              { requiredKeys: [] },
            ),
          ),
        ),
        usageMetadata: fc.oneof(usage, value),
        promptFeedback: value,
        modelVersion: fc.constant('m'),
      },
      { requiredKeys: ['modelVersion'] },
    );
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 4 }), fc.nat(), (answers, cut) => {
        const bytes = Buffer.from(answers.map(frame).join(''));
        const at = cut % (bytes.length + 1);
        const { end } = forwarded([bytes.subarray(0, at), bytes.subarray(at)]);
        const reader = googleGenerate.streamReader();
        const parts = [...reader.push(bytes.subarray(0, at)), ...reader.push(bytes.subarray(at)), ...reader.end()];
        const writer = googleGenerate.streamWriter({ createdAt: 1, includeUsage: true });
        for (const part of parts) writer.write(part);
        const usages = parts.flatMap((part) => (part.kind === 'usage' ? [part.usage] : []));
        if (
          answers.every(
            ({ usageMetadata }) =>
              typeof usageMetadata === 'object' && usageMetadata !== null && !Array.isArray(usageMetadata),
          )
        ) {
          expect(end.usage).toEqual(usages[0] ?? null);
        }
        for (const one of answers) googleGenerate.readAnswer(Buffer.from(JSON.stringify(one)));
      }),
      { numRuns: 500 },
    );
  });
});
