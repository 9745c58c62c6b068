import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isRequestProblem, type RequestProblem } from '../request-problem.js';
import { generateMayExceedItsBytes, generateSearchesBound } from './generate-tools.js';
import { scanGenerateRequest } from './scan-generate-request.js';
import type { ScannedRequest } from './scanned-request.js';
import { spliceRequest } from './splice-request.js';

const ADDRESS = { model: 'gemini-3-pro', stream: true };
const ROOM = 64;

function scan(text: string): ScannedRequest | RequestProblem {
  const memory = Buffer.from(text);
  return scanGenerateRequest({ memory, start: 0, end: memory.length }, ADDRESS);
}

function problemOf(text: string): string {
  const result = scan(text);
  return isRequestProblem(result) ? `${result.code} ${result.param ?? ''}` : 'no problem';
}

function scanned(text: string): ScannedRequest {
  const result = scan(text);
  if (isRequestProblem(result)) throw new Error(result.message);
  return result;
}

const CONTENTS = '"contents":[{"role":"user","parts":[{"text":"hi"}]}]';

describe('scanning a request to generate content', () => {
  test('what the gateway acts upon', () => {
    const config = '{"temperature":0.5,"maxOutputTokens":100,"candidateCount":2}';
    expect(
      scanned(`{${CONTENTS},"generationConfig":${config},"serviceTier":"STANDARD","labels":{"team":"a"}}`),
    ).toMatchObject({
      model: 'gemini-3-pro',
      stream: true,
      includeUsage: true,
      maxOutputTokens: 100,
      maxOutputField: 'maxOutputTokens',
      n: 2,
      serviceTier: 'default',
      tags: ['team:a'],
      reroutes: null,
    });
    const snake = '"generation_config":{"max_output_tokens":7,"candidate_count":3}';
    expect(scanned(`{${CONTENTS},${snake},"service_tier":"flex"}`)).toMatchObject({
      maxOutputTokens: 7,
      maxOutputField: 'max_output_tokens',
      n: 3,
      serviceTier: 'flex',
    });
    expect(scanned('{"contents":{"parts":{"text":"hi"}}}')).toMatchObject({ maxOutputTokens: null, n: 1 });
  });

  test.each([
    ['{}', 'caller_invalid_request contents'],
    ['[]', 'caller_invalid_json '],
    ['{"contents":[]}', 'caller_invalid_request contents'],
    ['{"contents":"hi"}', 'caller_invalid_request contents'],
    [`{${CONTENTS},"generationConfig":null}`, 'caller_invalid_request generationConfig'],
    [`{${CONTENTS},"generationConfig":{},"generation_config":{}}`, 'caller_invalid_request generationConfig'],
    [`{${CONTENTS},"generationConfig":{},"generationConfig":{}}`, 'caller_invalid_request generationConfig'],
    [`{${CONTENTS},"generationconfig":{}}`, 'caller_invalid_request generationconfig'],
    [
      `{${CONTENTS},"generationConfig":{"maxOutputTokens":1,"max_output_tokens":2}}`,
      'caller_invalid_request generationConfig.maxOutputTokens',
    ],
    [
      `{${CONTENTS},"generationConfig":{"maxOutputTokens":"1"}}`,
      'caller_invalid_request generationConfig.maxOutputTokens',
    ],
    [
      `{${CONTENTS},"generationConfig":{"maxOutputTokens":1,"maxOutputTokens":9}}`,
      'caller_invalid_request generationConfig.maxOutputTokens',
    ],
    [
      `{${CONTENTS},"generationConfig":{"maxOutputTokens":0}}`,
      'caller_invalid_request generationConfig.maxOutputTokens',
    ],
    [`{${CONTENTS},"generationConfig":{'maxOutputTokens':5}}`, 'caller_invalid_json generationConfig'],
    [`{${CONTENTS},"model":"gemini-ultra"}`, 'caller_invalid_request model'],
    [`{${CONTENTS},"cachedContent":"cachedContents/1"}`, 'caller_unsupported_parameter cachedContent'],
    [`{${CONTENTS},"cached_content":"cachedContents/1"}`, 'caller_unsupported_parameter cached_content'],
    [`{${CONTENTS},"tools":[{"fileSearch":{}}]}`, 'caller_unsupported_parameter tools[].fileSearch'],
    [`{${CONTENTS},"tools":{"retrieval":{}}}`, 'caller_unsupported_parameter tools[].retrieval'],
  ])('%s is refused', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test.each([
    ['gs://bucket/a.pdf', true],
    ['https://generativelanguage.googleapis.com/v1beta/files/abc', true],
    ['files/abc', true],
    ['https://storage.googleapis.com/bucket/a.pdf', true],
    ['https://storage.googleapis.com/bucket/a.pdf?X-Goog-Signature=1', false],
    ['https://example.com/files/a.pdf', false],
    ['https://www.youtube.com/watch?v=1', false],
  ])('a file at %s belongs to the account: %s', (uri, kept) => {
    const wanted = kept ? 'caller_unsupported_parameter contents[].parts[].fileData.fileUri' : 'no problem';
    const quoted = JSON.stringify(uri);
    for (const part of [
      `{"fileData":{"fileUri":${quoted}}}`,
      `{"file_data":{"mime_type":"a/b","file_uri" : ${quoted}}}`,
      `{"fileData":{fileUri:${quoted}}}`,
      `{"fileData":{"\\u0066ileUri":${quoted}}}`,
      `{"fileData":{"fileUri":${quoted},"fileUri":"https://example.com"}}`,
      `{"fileData":{"fileUri":${quoted.replaceAll('/', '\\/')}}}`,
    ]) {
      expect(problemOf(`{"contents":[{"parts":[${part}]}]}`)).toBe(wanted);
    }
    const inText = JSON.stringify(JSON.stringify({ fileUri: uri }));
    expect(problemOf(`{"contents":[{"parts":[{"text":${inText}}]}]}`)).toBe('no problem');
  });

  test('an address with a whole file in it is not kept by anybody', () => {
    const long = `data:video/mp4;base64,${'A'.repeat(15_000_000)}`;
    expect(problemOf(`{"contents":[{"parts":[{"fileData":{"fileUri":"${long}"}}]}]}`)).toBe('no problem');
    expect(problemOf(`{"contents":[{"parts":[{"fileData":{"fileUri":"${'\\n'.repeat(5_000_000)}"}}]}]}`)).toBe(
      'no problem',
    );
  });

  test('fields by which another model would be served are told', () => {
    expect(scanned(`{${CONTENTS},"fallbacks":["x"]}`).reroutes).toBe('fallbacks');
    const config = '{"routingConfig":{"autoMode":{}}}';
    expect(scanned(`{${CONTENTS},"generationConfig":${config}}`).reroutes).toBe('generationConfig.routingConfig');
  });

  test.each([
    [`{${CONTENTS}}`, { maxOutputTokens: 5 }],
    [`{${CONTENTS},"tools":[]}`, { maxOutputTokens: 5 }],
    [`{"generationConfig":{},${CONTENTS}}`, { maxOutputTokens: 5 }],
    [`{"generationConfig":{ "topP":1},${CONTENTS}}`, { maxOutputTokens: 5, topP: 1 }],
    [`{${CONTENTS},"generation_config":{"topP":1}}`, { maxOutputTokens: 5, topP: 1 }],
    [`{${CONTENTS},"generationConfig":{"maxOutputTokens":100}}`, { maxOutputTokens: 5 }],
    [`{${CONTENTS},"generationConfig":{"maxOutputTokens":null,"topP":1}}`, { maxOutputTokens: 5, topP: 1 }],
    [`{${CONTENTS},"generation_config":{"max_output_tokens":100}}`, { maxOutputTokens: 5 }],
  ])('the cap goes into %s', (text, config) => {
    for (const [front, back] of [
      [0, 0],
      [ROOM, 0],
      [0, ROOM],
    ] as const) {
      const body = Buffer.from(text);
      const memory = Buffer.concat([Buffer.alloc(front), body, Buffer.alloc(back)]);
      const slab = { memory, start: front, end: front + body.length };
      const result = scanGenerateRequest(slab, ADDRESS);
      if (isRequestProblem(result)) throw new Error(result.message);
      for (const value of [9999, 5]) {
        const edits = { model: 'other', forceUsage: false, maxOutput: { field: 'maxOutputTokens', value } } as const;
        const sent = JSON.parse(spliceRequest(slab, result, edits).toString()) as Record<string, unknown>;
        expect(sent['generationConfig'] ?? sent['generation_config']).toEqual({ ...config, maxOutputTokens: value });
        expect(sent['contents']).toBeDefined();
      }
    }
  });

  test('any bytes are scanned without a throw, and what is accepted is JSON to the depth that counts', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const names = fc.constantFrom('contents', 'generationConfig', 'tools', 'labels', 'serviceTier', 'x');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, value), { maxLength: 6 }), fc.nat(), (entries, cut) => {
        const text = `{${entries.map(([name, item]) => `"${name}":${JSON.stringify(item)}`).join(',')}}`;
        const result = scan(text);
        if (!isRequestProblem(result)) expect(() => JSON.parse(text) as unknown).not.toThrow();
        scan(text.slice(0, cut % (text.length + 1)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('what a request may cost beyond its bytes', () => {
  const asked = (tools: string): readonly [boolean, number | null] => {
    const memory = Buffer.from(`{${CONTENTS},"tools":${tools}}`);
    return [generateMayExceedItsBytes(memory, 0, memory.length), generateSearchesBound(memory, 0, memory.length)];
  };
  test.each([
    ['[]', false, 0],
    ['[{"functionDeclarations":[{"name":"googleSearch","description":"google_search"}]}]', false, 0],
    ['[{"function_declarations":[]}]', false, 0],
    ['[{"googleSearch":{}}]', true, null],
    ['[{"google_search":{}}]', true, null],
    ['{"googleSearchRetrieval":{}}', true, null],
    ['[{"functionDeclarations":[]},{"enterpriseWebSearch":{}}]', true, null],
    ['[{"googleMaps":{}}]', true, null],
    ['[{"google_maps":{}}]', true, null],
    ['[{"url_context":{}}]', true, 0],
    ['[{"codeExecution":{}}]', true, 0],
    ['[{"google\\u0053earch":{}}]', true, null],
    ['[{googleSearch:{}}]', true, null],
  ])('%s', (tools, exceeds, searches) => {
    expect(asked(tools)).toEqual([exceeds, searches]);
  });

  test.each(['{"inlineData":{}}', '{"inline_data":{}}', '{"fileData":{}}', '{file_data:{}}'])('%s', (part) => {
    const memory = Buffer.from(`{"contents":[{"parts":[${part}]}]}`);
    expect(generateMayExceedItsBytes(memory, 0, memory.length)).toBe(true);
    const plain = Buffer.from(`{${CONTENTS}}`);
    expect(generateMayExceedItsBytes(plain, 0, plain.length)).toBe(false);
  });
});
