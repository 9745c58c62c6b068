import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { openaiResponses } from '../src/dialects/openai-responses/openai-responses.js';
import { responsesMayExceedTheirBytes } from '../src/passthrough/may-exceed-its-bytes.js';
import { responsesSearchesBound } from '../src/passthrough/responses-tools.js';
import { ResponsesStreamForwarder } from '../src/passthrough/responses-stream-forwarder.js';
import { scanResponsesRequest } from '../src/passthrough/scan-responses-request.js';
import type { ScannedRequest } from '../src/passthrough/scanned-request.js';
import { spliceRequest } from '../src/passthrough/splice-request.js';
import type { StreamEnd } from '../src/passthrough/stream-forwarder.js';
import { mayHoldSealedReasoning, sealReasoning } from '../src/reasoning-envelope.js';
import { isRequestProblem } from '../src/request-problem.js';
import { recordedResponses } from './recorded-exchanges.js';
import { RESPONSE_FIXTURES, streamed } from './response-fixtures.js';

interface Forwarded {
  readonly bytes: string;
  readonly end: StreamEnd;
  readonly committed: boolean;
}

function forward(chunks: Iterable<Buffer>): Forwarded {
  const sent: Buffer[] = [];
  const forwarder = new ResponsesStreamForwarder((bytes) => sent.push(bytes));
  for (const chunk of chunks) forwarder.push(chunk);
  const end = forwarder.end();
  expect(forwarder.end()).toBe(end);
  return { bytes: Buffer.concat(sent).toString(), end, committed: forwarder.committed };
}

const essence = ({ bytes, end, committed }: Forwarded): unknown => ({
  bytes,
  committed,
  ...end,
  doneFrame: end.doneFrame?.toString(),
});

const streams: readonly (readonly [string, string])[] = [
  ...RESPONSE_FIXTURES.map(({ name, sse }) => [name, sse] as const),
  ...recordedResponses.flatMap(({ name, response: { sse_text: sse } }) =>
    sse === undefined ? [] : [[name, sse] as const],
  ),
];

describe('streams are passed on as they are', () => {
  test.each(streams)('%s', (name, sse) => {
    const bytes = Buffer.from(sse);
    const whole = forward([bytes]);
    expect(whole.bytes + (whole.end.doneFrame?.toString() ?? '')).toBe(sse);
    expect(whole.end).toMatchObject({ complete: true, error: null });
    expect(whole.end.doneFrame?.toString()).toMatch(/^event: response\.(?:completed|incomplete)\n/);
    expect(whole.committed).toBe(name !== 'nothing');
    expect(whole.end.servedModel).toMatch(/./);
    const [, last] = /data: (.*)\n\n$/.exec(sse) ?? [];
    const { response } = JSON.parse(last ?? '') as { response: object };
    expect(whole.end.usage).toEqual(openaiResponses.readResponse(response)?.usage);

    const unnamed = sse.replaceAll(/^event: .*\n/gm, '');
    for (const other of [sse.replaceAll('\n', '\r\n'), unnamed, sse.slice(0, -1), sse.slice(0, -2)]) {
      const { end } = forward([Buffer.from(other)]);
      expect(end).toMatchObject({ complete: true, usage: whole.end.usage, finishReasons: whole.end.finishReasons });
    }
    expect(essence(forward(Array.from(bytes, (byte) => Buffer.of(byte))))).toEqual(essence(whole));
    const step = bytes.length <= 16_384 ? 1 : Math.ceil(bytes.length / 300);
    for (let cut = 1; cut < bytes.length; cut += step) {
      const split = forward([bytes.subarray(0, cut), bytes.subarray(cut)]);
      if (split.bytes !== whole.bytes || !split.end.complete)
        expect([cut, essence(split)]).toEqual([cut, essence(whole)]);
    }
  });

  test('characters are those of the texts, whatever stands around them', () => {
    const text = { type: 'output_text', text: 'abcdefg'.repeat(100), annotations: [], logprobs: [] };
    const output = [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [text] }];
    const { end } = forward([Buffer.from(streamed({ id: 'r', model: 'm', status: 'completed', output }))]);
    expect(end.deliveredCharacters).toBe(700);
  });

  test.each([
    ['event: error\ndata: {"type":"error","code":"rate_limit_exceeded","message":"x"}\n\n', 'provider_rate_limited'],
    ['data: {"type":"error","error":{"code":"server_error"}}\n\n', 'provider_failed'],
    ['data: {"error":{"code":"insufficient_quota"}}\n\n', 'provider_credentials_exhausted'],
    [
      'event: response.failed\ndata: {"response":{"error":{"code":"invalid_prompt","message":"x"}}}\n\n',
      'provider_rejected_request',
    ],
    ['event: response.failed\ndata: nonsense\n\n', 'provider_failed'],
  ])('an error ends what is passed on: %j', (frame, code) => {
    const sse = RESPONSE_FIXTURES[0]?.sse ?? '';
    const begun = sse.slice(0, sse.indexOf('event: response.output_text.done'));
    for (const chunks of [[begun + frame + sse], Array.from(begun + frame + sse)]) {
      const { bytes, end } = forward(chunks.map((chunk) => Buffer.from(chunk)));
      expect(bytes).toBe(begun);
      expect(end).toMatchObject({ complete: false, doneFrame: null, error: { code } });
    }
  });

  test('a stream without its last event is not complete', () => {
    const sse = RESPONSE_FIXTURES[0]?.sse ?? '';
    const { end } = forward([Buffer.from(sse.slice(0, sse.lastIndexOf('event: ') + 60))]);
    expect(end).toMatchObject({ complete: false, doneFrame: null, error: null, usage: null });
  });

  test('nothing that comes in throws', () => {
    const pieces = fc.constantFrom(
      'event: response.completed\n',
      'event: response.created\n',
      'data: ',
      '{"response":',
      '[]',
      '}',
      '\n\n',
      '{"error":1}',
      'event: error\n',
      '\r\n',
      ': x\n',
      'data: {"type":"response.completed","response":{"usage":[],"output":{}}}\n\n',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (list) => {
        forward(list.map((piece) => Buffer.from(piece)));
        openaiResponses.readAnswer(Buffer.from(list.join('')));
      }),
      { numRuns: 500 },
    );
  });
});

const bodyOf = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
function scan(value: unknown): ReturnType<typeof scanResponsesRequest> {
  const body = bodyOf(value);
  return scanResponsesRequest(body, 0, body.length);
}

describe('requests', () => {
  test('what the gateway has to know', () => {
    expect(
      scan({
        model: 'm',
        input: [{ role: 'user', content: 'x' }],
        stream: true,
        max_output_tokens: 99,
        safety_identifier: 's',
        metadata: { team: 'a' },
        service_tier: 'flex',
      }),
    ).toMatchObject({
      model: 'm',
      stream: true,
      includeUsage: true,
      maxOutputTokens: 99,
      maxOutputField: 'max_output_tokens',
      n: 1,
      endUser: 's',
      tags: ['team:a'],
      serviceTier: 'flex',
      reroutes: null,
    });
  });

  test.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: 'conv_1' }],
    ['prompt', { prompt: { id: 'p' } }],
    ['background', { background: true }],
    [
      'input[1]',
      {
        input: [
          { role: 'user', content: 'x' },
          { type: 'item_reference', id: 'msg_1' },
        ],
      },
    ],
    ['input[0]', { input: [{ id: 'msg_1' }] }],
  ])('%s is refused as where it is read whole', (param, more) => {
    const body = { model: 'm', input: 'Hi', ...more };
    const problem = scan(body);
    expect(problem).toMatchObject({ code: 'caller_unsupported_parameter', param });
    const whole = openaiResponses.parseRequest(body);
    expect(whole).toMatchObject({ code: 'caller_unsupported_parameter', param });
  });

  test.each([
    { type: 'file_search', vector_store_ids: ['vs_1'] },
    { type: 'code_interpreter', container: 'cntr_1' },
    { type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-1'] } },
    { type: 'shell', environment: { type: 'container_reference', container_id: 'cntr_1' } },
    { type: 'shell', environment: { type: 'container_auto', file_ids: ['file-1'] } },
  ])('%j works with what the provider keeps for the account', (tool) => {
    const refused = { code: 'caller_unsupported_parameter', param: 'tools' };
    expect(scan({ model: 'm', input: 'x', tools: [tool] })).toMatchObject(refused);
    expect(scan({ model: 'm', input: [{ type: 'additional_tools', tools: [tool] }] })).toMatchObject(refused);
    const hidden = JSON.stringify({ model: 'm', input: 'x', tools: [tool] });
    expect(scan(hidden.replace('file_', 'file\\u005f').replace('container', '\\u0063ontainer'))).toMatchObject(refused);
  });

  test.each([
    { type: 'code_interpreter', container: { type: 'auto', memory_limit: '4g' } },
    { type: 'code_interpreter', container: { type: 'auto', file_ids: [] } },
    { type: 'shell', environment: { type: 'local' } },
    { type: 'function', name: 'file_search', parameters: { properties: { container: { type: 'string' } } } },
  ])('%j does not', (tool) => {
    expect(isRequestProblem(scan({ model: 'm', input: 'x', tools: [tool] }))).toBe(false);
  });

  test('a reference is found however it is written, and words alone are none', () => {
    const hidden = '{"model":"m","input":[{"type":"item\\u005freference","\\u0069d":"msg_1"}]}';
    expect(scan(hidden)).toMatchObject({ param: 'input[0]' });
    const input = [
      { role: 'user', content: 'item_reference' },
      { id: 'rs_1', type: 'reasoning', summary: [] },
    ];
    expect(isRequestProblem(scan({ model: 'm', input, background: false, prompt: null }))).toBe(false);
  });

  test.each([
    [{ model: 'm' }, 'input'],
    [{ input: 'x' }, 'model'],
    [{ model: 'm', input: {} }, 'input'],
    [{ model: 'm', input: 'x', max_output_tokens: 0 }, 'max_output_tokens'],
    [{ model: 'm', input: 'x', temperature: 3 }, 'temperature'],
    [{ model: 'm', input: 'x', stream: 'yes' }, 'stream'],
  ])('%j is wrong in %s', (body, param) => {
    expect(scan(body)).toMatchObject({ code: 'caller_invalid_request', param });
  });

  test('a cap and a model are spliced in', () => {
    const body = bodyOf({ model: 'm', input: 'x' });
    const scanned = scanResponsesRequest(body, 0, body.length) as ScannedRequest;
    const spliced = spliceRequest({ memory: body, start: 0, end: body.length }, scanned, {
      model: 'other',
      forceUsage: false,
      maxOutput: { field: 'max_output_tokens', value: 7 },
    });
    expect(JSON.parse(spliced.toString())).toEqual({ model: 'other', input: 'x', max_output_tokens: 7 });
  });

  test('tools with a model of their own serve something else', () => {
    const tools = [{ type: 'image_generation', model: 'gpt-image-1' }];
    expect(scan({ model: 'm', input: 'x', tools })).toMatchObject({ reroutes: 'tools' });
    expect(scan({ model: 'm', input: [{ type: 'additional_tools', tools }] })).toMatchObject({ reroutes: 'tools' });
    expect(scan({ model: 'm', input: 'image_generation' })).toMatchObject({ reroutes: null });
    expect(scan({ model: 'm', input: 'x', fallbacks: ['n'] })).toMatchObject({ reroutes: 'fallbacks' });
  });

  test.each([
    [{ input: 'x' }, 0],
    [{ input: 'web_search', tools: [{ type: 'function', name: 'web_search' }] }, 0],
    [{ input: 'x', tools: [{ type: 'web_search' }] }, null],
    [{ input: 'x', tools: [{ type: 'web_search_preview_2025_03_11' }], max_tool_calls: 3 }, 3],
    [{ input: [{ type: 'additional_tools', tools: [{ type: 'web_search' }] }] }, null],
    [{ input: [{ type: 'web_search_call', id: 'w', status: 'completed', action: {} }] }, 0],
  ])('searches of %j', (body, bound) => {
    const memory = bodyOf(body);
    expect(responsesSearchesBound(memory, 0, memory.length)).toBe(bound);
  });

  test('a hidden search is found', () => {
    const memory = bodyOf('{"tools":[{"type":"web\\u005fsearch"}]}');
    expect(responsesSearchesBound(memory, 0, memory.length)).toBeNull();
    expect(responsesMayExceedTheirBytes(memory, 0, memory.length)).toBe(true);
  });

  test('tools of a request that is nested too deeply to be read are taken for the dearest', () => {
    const deep = `${'['.repeat(512)}${']'.repeat(512)}`;
    const search = bodyOf(`{"model":"m","input":"x","tools":[{"type":"web_search"}],"deep":${deep}}`);
    expect(isRequestProblem(scanResponsesRequest(search, 0, search.length))).toBe(false);
    expect(responsesSearchesBound(search, 0, search.length)).toBeNull();
    const pictures = `{"model":"m","input":"x","tools":[{"type":"image_generation"}],"deep":${deep}}`;
    expect(scan(pictures)).toMatchObject({ reroutes: 'tools' });
  });

  test.each([
    [{ type: 'input_image', file_id: 'f' }, true],
    [{ type: 'input_file', file_url: 'https://example.com/a.pdf' }, true],
    [{ type: 'input_audio', input_audio: {} }, true],
    [{ type: 'computer_screenshot', image_url: 'x' }, true],
    [{ type: 'web_search' }, true],
    [{ type: 'web_search_2025_08_26' }, true],
    [{ type: 'file_search' }, true],
    [{ type: 'code_interpreter' }, true],
    [{ type: 'mcp' }, true],
    [{ type: 'computer' }, true],
    [{ type: 'computer_use_preview' }, true],
    [{ type: 'local_shell' }, true],
    [{ type: 'apply_patch' }, true],
    [{ type: 'input_text', text: 'file_search and "mcp"' }, false],
    [{ type: 'function', name: 'f', parameters: { type: 'object' } }, false],
    [{ type: 'reasoning', encrypted_content: 'gAAA' }, false],
  ])('%j may hold more than its bytes: %p', (part, may) => {
    const memory = bodyOf(part);
    expect(responsesMayExceedTheirBytes(memory, 0, memory.length)).toBe(may);
  });

  test('thoughts of others are noticed', () => {
    const sealed = sealReasoning({ signature: 's', redacted: null }, 'anthropic-messages', 'x');
    for (const [proof, holds] of [
      [sealed, true],
      ['gAAA', false],
    ] as const) {
      const memory = bodyOf({ input: [{ type: 'reasoning', summary: [], encrypted_content: proof }] });
      expect(mayHoldSealedReasoning(memory, 0, memory.length)).toBe(holds);
    }
  });
});
