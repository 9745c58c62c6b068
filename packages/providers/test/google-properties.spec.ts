import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openaiChat } from '../src/dialects/openai-chat/openai-chat.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { googleGenerate } from '../src/dialects/google-generate/google-generate.js';
import type { Completion, StreamPart } from '../src/conversation.js';
import { collectCompletion } from '../src/collect-completion.js';
const OPTIONS = { includeUsage: true, createdAt: 1 };
test('a stream comes to the same however it is cut and written', () => {
  const part = fc.oneof(
    fc.record({ text: fc.string({ maxLength: 8 }), thought: fc.boolean() }),
    fc.record({ text: fc.string({ maxLength: 8 }), thoughtSignature: fc.constant('S') }),
    fc.record({
      functionCall: fc.record({
        name: fc.constant('f'),
        args: fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }),
      }),
    }),
    fc.record({ functionCall: fc.record({ name: fc.constant('f') }), thoughtSignature: fc.constant('T') }),
    fc.record({
      inlineData: fc.record({
        mimeType: fc.constantFrom('image/png', 'audio/wav', 'video/mp4'),
        data: fc.constant('AA'),
      }),
    }),
    fc.record({ executableCode: fc.record({ code: fc.string() }) }),
  );
  const chunk = fc.record({
    candidates: fc.array(
      fc.record({ index: fc.nat(1), content: fc.record({ parts: fc.array(part, { maxLength: 3 }) }) }),
      { maxLength: 2 },
    ),
    responseId: fc.constant('r'),
    modelVersion: fc.constant('m'),
  });
  fc.assert(
    fc.property(
      fc.array(chunk, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.constantFrom('\n\n', '\r\n\r\n'),
      (chunks, cut, eol) => {
        const all = [
          ...chunks,
          {
            candidates: [
              { index: 0, finishReason: 'STOP' },
              { index: 1, finishReason: 'STOP' },
            ],
            responseId: 'r',
            modelVersion: 'm',
          },
        ];
        const b = Buffer.from(all.map((c) => `data: ${JSON.stringify(c)}${eol}`).join(''));
        const at = cut % (b.length + 1);
        const read = (pieces: readonly Buffer[]): readonly StreamPart[] => {
          const r = googleGenerate.streamReader();
          return [...pieces.flatMap((piece) => [...r.push(piece)]), ...r.end()];
        };
        const parts = read([b]);
        const whole = collectCompletion(parts);
        expect(collectCompletion(read([b.subarray(0, at), b.subarray(at)]))).toEqual(whole);
        // each event in a piece of its own, and none at all
        expect(collectCompletion(read(all.map((c) => Buffer.from(`data: ${JSON.stringify(c)}${eol}`))))).toEqual(whole);
        expect(collectCompletion(read([Buffer.from(JSON.stringify(all))]))).toEqual(whole);
        for (const d of [openaiChat, anthropicMessages, googleGenerate]) {
          const w = d.streamWriter(OPTIONS);
          const text = parts.map((p) => w.write(p)).join('');
          d.writeResponse(whole.completion, OPTIONS);
          const r = d.streamReader();
          const again = collectCompletion([...r.push(Buffer.from(text)), ...r.end()]);
          expect(again.done).toBe(true);
          if (d === googleGenerate) {
            const back = googleGenerate.readResponse(googleGenerate.writeResponse(whole.completion, OPTIONS));
            expect({ ...again.completion, created: 0 }).toEqual({ ...back, created: 0 });
            expect(partsOf(again.completion)).toEqual(partsOf(whole.completion));
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

function partsOf({ choices }: Completion): unknown {
  return choices.map(({ parts }) => parts);
}
