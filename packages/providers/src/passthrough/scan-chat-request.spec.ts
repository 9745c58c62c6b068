import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isRequestProblem } from '../request-problem.js';
import { blockScanner } from './block-scanner.js';
import { skipNestedBytes, skipStringBytes } from './json-cursor.js';
import { scanChatRequest } from './scan-chat-request.js';
import type { ScannedRequest } from './scanned-request.js';
import { TopLevelScanner } from './top-level-scanner.js';

const scanText = (text: string | Buffer): ReturnType<typeof scanChatRequest> => {
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  const memory = Buffer.alloc(body.length + 60, '"}]{\\0');
  body.copy(memory, 37);
  return scanChatRequest(memory, 37, 37 + body.length);
};
const problemOf = (text: string | Buffer): string => {
  const result = scanText(text);
  return isRequestProblem(result) ? `${result.code} ${result.param ?? '-'}: ${result.message}` : 'accepted';
};
const scanned = (document: object): ScannedRequest => {
  const result = scanText(JSON.stringify(document));
  if (isRequestProblem(result)) throw new Error(result.message);
  return result;
};
const MESSAGES = [{ role: 'user', content: 'hi' }];

describe('what is read', () => {
  test('every field of interest', () => {
    const request = scanned({
      messages: MESSAGES,
      model: 'gpt-4o\u00e9',
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      max_completion_tokens: 100,
      n: 3,
      user: 'ann',
      safety_identifier: 'hash',
      metadata: { team: 'search', user_id: 'bob', count: 3 },
      service_tier: 'flex',
    });
    expect(request).toMatchObject({
      model: 'gpt-4o\u00e9',
      stream: true,
      includeUsage: true,
      maxOutputTokens: 100,
      maxOutputField: 'max_completion_tokens',
      n: 3,
      endUser: 'ann',
      tags: ['team:search'],
      serviceTier: 'flex',
      otherStreamOptions: { include_obfuscation: false },
    });
  });

  test('null stands for a field that was not given', () => {
    const nothing = { stream: null, stream_options: null, max_tokens: null, n: null, user: null, metadata: null };
    const rest = { temperature: null, stop: null, tools: null, service_tier: null, seed: null };
    expect(scanned({ model: 'm', messages: MESSAGES, ...nothing, ...rest })).toMatchObject({
      stream: false,
      includeUsage: false,
      maxOutputTokens: null,
      maxOutputField: null,
      n: 1,
      endUser: null,
      tags: [],
      serviceTier: null,
    });
  });

  test('further models are the gateway’s: nothing is left of them in the body, wherever they stood', () => {
    const fields = { model: 'm', messages: MESSAGES, stream: true };
    const names = Object.keys(fields);
    for (let place = 0; place <= names.length; place++) {
      for (const space of ['', ' ', '\n\t']) {
        const entries = names.map((name) => `"${name}":${JSON.stringify(fields[name as keyof typeof fields])}`);
        entries.splice(place, 0, `"models"${space}:${space}["a",${space}"b"]`);
        const body = Buffer.from(`{${space}${entries.join(`${space},${space}`)}${space}}`);
        const read = scanChatRequest(body, 0, body.length);
        expect(read).toMatchObject({ furtherModels: ['a', 'b'], reroutes: null, model: 'm', stream: true });
        expect(JSON.parse(body.toString())).toEqual(fields);
      }
    }
  });

  test.each([['a'], [['']], [[1]], [Array.from({ length: 9 }, String)], [{}]])('%j are no further models', (models) => {
    expect(problemOf(JSON.stringify({ model: 'm', messages: MESSAGES, models }))).toMatch(/ models: /);
  });

  test.each([
    ['route', 'fallback'],
    ['fallbacks', [{ model: 'other' }]],
    ['provider', { order: ['other'] }],
    ['preset', 'other'],
    ['context_window_fallbacks', []],
    ['content_policy_fallbacks', []],
  ])('%s would route the request elsewhere', (field, value) => {
    expect(scanned({ model: 'm', messages: MESSAGES, [field]: value }).reroutes).toBe(field);
    expect(scanned({ [field]: value, model: 'm', messages: MESSAGES }).reroutes).toBe(field);
    expect(scanned({ model: 'm', messages: MESSAGES, [field]: null }).reroutes).toBeNull();
    expect(scanned({ model: 'm', messages: MESSAGES, metadata: { [field]: 'x' } }).reroutes).toBeNull();
    expect(problemOf(`{"model":"m","messages":[{}],"${field.toUpperCase()}":1}`)).toContain('lower case');
  });

  test('the end user may come from safety_identifier or from metadata', () => {
    expect(scanned({ model: 'm', messages: MESSAGES, safety_identifier: 's' }).endUser).toBe('s');
    expect(scanned({ model: 'm', messages: MESSAGES, metadata: { user_id: 'u' } }).endUser).toBe('u');
  });

  test('tags are bounded', () => {
    const metadata = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, 'v']));
    expect(scanned({ model: 'm', messages: MESSAGES, metadata }).tags).toHaveLength(16);
  });
});

describe('what is refused', () => {
  const m = '"model":"m","messages":[{}]';
  test.each([
    ['', 'caller_invalid_json -'],
    ['[]', 'caller_invalid_json -: The body must be a JSON object.'],
    ['"x"', 'caller_invalid_json -'],
    ['\ufeff{}', 'caller_invalid_json -'],
    ['{}', "caller_invalid_request model: Missing required parameter: 'model'."],
    ['{"model":"m"}', "caller_invalid_request messages: Missing required parameter: 'messages'."],
    ['{"messages":[{}]}', 'caller_invalid_request model'],
    ['{"model":"","messages":[{}]}', 'caller_invalid_request model'],
    ['{"model":null,"messages":[{}]}', "caller_invalid_request model: Invalid type for 'model': expected a string"],
    ['{"model":"m","messages":[]}', 'caller_invalid_request messages'],
    ['{"model":"m","messages":[ \n]}', 'caller_invalid_request messages'],
    ['{"model":"m","messages":{}}', 'caller_invalid_request messages'],
    [`{${m},"model":"other"}`, 'caller_invalid_request model: The key "model" stands twice'],
    [`{${m},"x":1,"x":2}`, 'caller_invalid_request x'],
    [`{${m},"Model":"other"}`, 'caller_invalid_request Model'],
    [`{${m},"MAX_TOKENS":9}`, 'caller_invalid_request MAX_TOKENS'],
    [`{${m},"\\u006dodel":"other"}`, 'caller_invalid_request -'],
    [`{${m},"\u017ftream":true}`, 'caller_invalid_request -'],
    [`{${m},"max_to\u212aens":5}`, 'caller_invalid_request -'],
    [`{${m},"stream":1}`, 'caller_invalid_request stream'],
    [`{${m},"stream":"true"}`, 'caller_invalid_request stream'],
    [`{${m},"stream_options":{}}`, 'caller_invalid_request stream_options'],
    [`{${m},"stream":true,"stream_options":[]}`, 'caller_invalid_request stream_options'],
    [
      `{${m},"stream":true,"stream_options":{"include_usage":1}}`,
      'caller_invalid_request stream_options.include_usage',
    ],
    [`{${m},"stream":true,"stream_options":{"Include_Usage":false}}`, 'caller_invalid_request stream_options.Include_'],
    [`{${m},"max_tokens":0}`, "caller_invalid_request max_tokens: Invalid 'max_tokens': expected a value >= 1"],
    [`{${m},"max_tokens":1.5}`, 'caller_invalid_request max_tokens'],
    [`{${m},"max_tokens":"9"}`, 'caller_invalid_request max_tokens'],
    [`{${m},"max_tokens":1e30}`, 'caller_invalid_request max_tokens'],
    [`{${m},"max_completion_tokens":-1}`, 'caller_invalid_request max_completion_tokens'],
    [`{${m},"max_tokens":1,"max_completion_tokens":1}`, 'caller_invalid_request max_tokens'],
    [`{${m},"n":0}`, 'caller_invalid_request n'],
    [`{${m},"n":129}`, 'caller_invalid_request n'],
    [`{${m},"temperature":2.1}`, 'caller_invalid_request temperature'],
    [`{${m},"top_p":-0.1}`, 'caller_invalid_request top_p'],
    [`{${m},"presence_penalty":3}`, 'caller_invalid_request presence_penalty'],
    [`{${m},"stop":5}`, 'caller_invalid_request stop'],
    [`{${m},"tools":{}}`, 'caller_invalid_request tools'],
    [`{${m},"metadata":[]}`, 'caller_invalid_request metadata'],
    [`{${m},"user":7}`, 'caller_invalid_request user'],
    [`{${m},"user":"\u0001"}`, 'caller_invalid_json user'],
    [`{${m},"x":01}`, 'caller_invalid_json -'],
    [`{${m},"x":1.}`, 'caller_invalid_json -'],
    [`{${m},"x":+1}`, 'caller_invalid_json -'],
    [`{${m},"x":-}`, 'caller_invalid_json -'],
    [`{${m},"x":1e}`, 'caller_invalid_json -'],
    [`{${m},"x":nul}`, 'caller_invalid_json -'],
    [`{${m},"x":NaN}`, 'caller_invalid_json -'],
    [`{${m},}`, 'caller_invalid_json -'],
    [`{,${m}}`, 'caller_invalid_json -'],
    [`{${m}} x`, 'caller_invalid_json -'],
    [`{${m}}{}`, 'caller_invalid_json -'],
    [`{${m} "x":1}`, 'caller_invalid_json -'],
    [`{${m},"x" 1}`, 'caller_invalid_json -'],
    [`{${m},'x':1}`, 'caller_invalid_json -'],
    [`{${m},"x":[}]}`, 'caller_invalid_json -'],
    [`{${m},"x":"\\"}`, 'caller_invalid_json -'],
    [`{${m},"x":${'['.repeat(600)}${']'.repeat(600)}}`, 'caller_invalid_json -'],
    [`{"model":"${'m'.repeat(257)}","messages":[{}]}`, 'caller_invalid_request model'],
    [`{${m},"metadata":{"a":"${'b'.repeat(20_000)}"}}`, 'caller_invalid_request metadata'],
    [`{${m}${Array.from({ length: 140 }, (_, i) => `,"k${i}":1`).join('')}}`, 'caller_invalid_request -'],
  ])('case %#', (text, expected) => {
    expect(problemOf(text)).toContain(expected);
  });

  test('bytes that are not UTF-8, wherever they stand', () => {
    const body = Buffer.from(`{${m},"x":"abc"}`);
    body[body.indexOf('abc')] = 0xff;
    expect(problemOf(body)).toContain('caller_invalid_json -: The body is not valid UTF-8.');
  });

  test('every truncation', () => {
    const long = `{${m},"tools":[{"a":"${'\\"x'.repeat(3000)}"}],"temperature":1.5e-1,"stop":null,"user":"ü"}`;
    for (const whole of [`{${m},"n":2,"stream":true}`, long]) {
      const bytes = Buffer.from(whole);
      expect(problemOf(bytes)).toBe('accepted');
      const step = bytes.length > 1000 ? 13 : 1;
      for (let cut = 0; cut < bytes.length; cut += step) expect(problemOf(bytes.subarray(0, cut))).not.toBe('accepted');
    }
  });
});

const space = fc.constantFrom('', '', ' ', '\n', '\t\r\n ');
const printed = (value: unknown): fc.Arbitrary<string> =>
  fc.array(space, { minLength: 1, maxLength: 8 }).map((spaces) => {
    let i = 0;
    const s = (): string => spaces[i++ % spaces.length] ?? '';
    const print = (v: unknown): string => {
      if (Array.isArray(v)) return `[${s()}${v.map((x) => print(x) + s()).join(',')}]`;
      if (typeof v !== 'object' || v === null) return JSON.stringify(v);
      return `{${s()}${Object.entries(v)
        .map(([k, x]) => `${JSON.stringify(k)}${s()}:${s()}${print(x)}${s()}`)
        .join(`,${s()}`)}}`;
    };
    return s() + print(value) + s();
  });
const documents = fc
  .tuple(
    fc.dictionary(fc.constantFrom('a', 'b', 'model', 'messages', 'n', 'x'), fc.jsonValue({ maxDepth: 3 }), {
      maxKeys: 6,
    }),
    fc.boolean(),
  )
  .map(([document, long]) => (long ? { ...document, padding: 'y\\"[{'.repeat(1200) } : document));

describe('against JSON.parse', () => {
  const keys = ['a', 'b', 'model', 'messages', 'n'];
  const scanner = new TopLevelScanner(keys);

  test('the values at the spans are those that JSON.parse finds, and no document is refused', () => {
    const cases = documents.chain((document) => fc.tuple(fc.constant(document), printed(document)));
    fc.assert(
      fc.property(cases, ([document, text]) => {
        const bytes = Buffer.from(text);
        expect(scanner.scan(bytes, 0, bytes.length)).toBeNull();
        for (const [slot, key] of keys.entries()) {
          const from = scanner.start[slot] as number;
          expect(from >= 0).toBe(Object.hasOwn(document, key));
          if (from >= 0) {
            const value: unknown = JSON.parse(bytes.toString('utf8', from, scanner.end[slot]));
            expect(value).toEqual((JSON.parse(text) as Record<string, unknown>)[key]);
          }
        }
      }),
      { numRuns: 12_000 },
    );
  });

  test('a damaged document that both accept has the same values', () => {
    const damage = fc.tuple(documents, fc.nat(), fc.constantFrom(...Array.from('"{}[]:,\\0 tx')), fc.boolean());
    fc.assert(
      fc.property(damage, ([document, position, character, insert]) => {
        const text = JSON.stringify(document);
        const at = position % text.length;
        const damaged = text.slice(0, at) + character + text.slice(insert ? at : at + 1);
        let parsed: unknown;
        try {
          parsed = JSON.parse(damaged);
        } catch {
          return;
        }
        const bytes = Buffer.from(damaged);
        if (scanner.scan(bytes, 0, bytes.length) !== null) return;
        for (const [slot, key] of keys.entries()) {
          const from = scanner.start[slot] as number;
          if (from < 0) continue;
          const value: unknown = JSON.parse(bytes.toString('utf8', from, scanner.end[slot]));
          expect(value).toEqual((parsed as Record<string, unknown>)[key]);
        }
      }),
      { numRuns: 12_000 },
    );
  });
});

describe('the block scanner', () => {
  test('agrees with the byte loops', () => {
    const text = fc.string({
      unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', 'x', ' '),
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(text, fc.nat(70), (tail, lead) => {
        const bytes = Buffer.from(`${'x'.repeat(lead)}{${tail}`);
        blockScanner.load(bytes, 0, bytes.length);
        expect(blockScanner.skipString(lead + 1, bytes.length)).toBe(skipStringBytes(bytes, lead + 1, bytes.length));
        const slow = skipNestedBytes(bytes, lead, bytes.length);
        // what blocks do not tell apart: kinds of brackets, and a stray backslash behind the value
        if (slow >= 0 && !bytes.includes('\\', slow)) expect(blockScanner.skipNested(lead, bytes.length)).toBe(slow);
      }),
      { numRuns: 20_000 },
    );
  });

  test('refuses a text that does not fit its memory', () => {
    expect(blockScanner.load(Buffer.alloc(0), 0, 32 * 1024 * 1024)).toBe(false);
  });

  test('the committed module is what its source compiles to', () => {
    const script = fileURLToPath(new URL('../../scripts/build-wasm.mjs', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'])).not.toThrow();
  });
});
