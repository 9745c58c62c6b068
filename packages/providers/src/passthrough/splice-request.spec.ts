import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isRequestProblem } from '../request-problem.js';
import { scanChatRequest } from './scan-chat-request.js';
import type { ScannedRequest } from './scanned-request.js';
import { type RequestEdits, restoreRequest, type SlabBody, spliceRequest } from './splice-request.js';

function inSlab(text: string, front: number, back: number): { body: SlabBody; scanned: ScannedRequest } {
  const bytes = Buffer.from(text);
  const memory = Buffer.alloc(front + bytes.length + back, '#');
  bytes.copy(memory, front);
  const body = { memory, start: front, end: front + bytes.length };
  const scanned = scanChatRequest(memory, body.start, body.end);
  if (isRequestProblem(scanned)) throw new Error(scanned.message);
  return { body, scanned };
}

/** What the edits mean, on the parsed document. */
function edited(text: string, scanned: ScannedRequest, edits: RequestEdits): unknown {
  const document = JSON.parse(text) as Record<string, unknown>;
  document['model'] = edits.model;
  if (edits.forceUsage && scanned.stream) {
    document['stream_options'] = { ...(document['stream_options'] as object | null), include_usage: true };
  }
  if (edits.maxOutput !== null) {
    const { field, value } = edits.maxOutput;
    const other = field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    if (other in document && field in document) document[other] = null;
    else Reflect.deleteProperty(document, other);
    document[field] = value;
  }
  return document;
}

const text = fc.string({ unit: fc.constantFrom('a', 'ü', '"', '\\', '{', '}', '\n', '😀'), maxLength: 30 });
const maxField = fc.constantFrom('max_tokens' as const, 'max_completion_tokens' as const);
const cap = fc.option(fc.integer({ min: 1, max: 1_000_000 }));
const streamOptions = fc.option(
  fc.record({ include_usage: fc.boolean(), include_obfuscation: fc.boolean() }, { requiredKeys: [] }),
);
const requests = fc
  .tuple(
    fc.record(
      { max_tokens: cap, stream_options: streamOptions, temperature: fc.integer({ min: 0, max: 2 }), user: text },
      { requiredKeys: [] },
    ),
    fc.record({ model: text.filter((t) => t !== ''), messages: fc.array(fc.dictionary(text, text), { minLength: 1 }) }),
    fc.boolean(),
    fc.nat(20_000),
    fc.nat(5),
  )
  .map(([optional, required, stream, padding, rotation]) => {
    const document: Record<string, unknown> = { ...optional, ...required, stream };
    if (!stream) delete document['stream_options'];
    if (rotation % 2 === 0) document['max_completion_tokens'] = document['max_tokens'] == null ? 77 : null;
    if (padding > 10_000) document['messages'] = [{ content: 'x\\"'.repeat(padding) }];
    const entries = Object.entries(document);
    const turned = [...entries.slice(rotation), ...entries.slice(0, rotation)];
    return JSON.stringify(Object.fromEntries(turned), null, rotation === 3 ? 1 : undefined);
  });
const edits: fc.Arbitrary<RequestEdits> = fc.record({
  model: text.filter((t) => t !== ''),
  forceUsage: fc.boolean(),
  maxOutput: fc.option(fc.record({ field: maxField, value: fc.integer({ min: 1, max: 99_999 }) })),
});

describe('splicing', () => {
  test('means the edits and nothing else, and can be done again with others', () => {
    const slack = fc.constantFrom([512, 0], [0, 0], [0, 512], [512, 512], [9, 9]);
    fc.assert(
      fc.property(requests, slack, fc.array(edits, { minLength: 1, maxLength: 4 }), (original, [front, back], list) => {
        const { body, scanned } = inSlab(original, front, back);
        for (const edit of list) {
          const spliced = spliceRequest(body, scanned, edit);
          expect(JSON.parse(spliced.toString())).toEqual(edited(original, scanned, edit));
        }
        restoreRequest(body, scanned);
        expect(body.memory.toString('utf8', body.start, body.end)).toBe(original);
        const untouched = spliceRequest(body, scanned, {
          model: scanned.model,
          forceUsage: false,
          maxOutput: null,
        });
        expect(untouched.toString()).toBe(original);
      }),
      { numRuns: 3000 },
    );
  });

  test('a long body is not copied, wherever the model stands in it', () => {
    const messages = `"messages":[{"role":"user","content":"${'long '.repeat(10_000)}"}]`;
    for (const original of [`{"model":"a","stream":true,${messages}}`, `{${messages},"model":"a","stream":true}`]) {
      const { body, scanned } = inSlab(original, 512, 512);
      for (const model of ['a-much-longer-name', 'b']) {
        const spliced = spliceRequest(body, scanned, {
          model,
          forceUsage: true,
          maxOutput: { field: 'max_completion_tokens', value: 5 },
        });
        expect(spliced.buffer).toBe(body.memory.buffer);
        expect(spliced.toString()).toBe(
          original.replace(
            '"model":"a"',
            `"model":"${model}","stream_options":{"include_usage":true},"max_completion_tokens":5`,
          ),
        );
      }
    }
  });

  test('two include_usage keys cannot keep usage from being reported', () => {
    const options = '{"include_usage":false,"include_usage":true}';
    const { body, scanned } = inSlab(`{"model":"m","messages":[1],"stream":true,"stream_options":${options}}`, 512, 0);
    const spliced = spliceRequest(body, scanned, { model: 'm', forceUsage: true, maxOutput: null });
    expect(spliced.toString()).toContain('"stream_options":{"include_usage":true}}');
  });
});
