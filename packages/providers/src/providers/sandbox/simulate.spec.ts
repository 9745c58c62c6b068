import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';

import { schemaErrors } from '../../../test/openai-schemas.js';
import { collectCompletion } from '../../collect-completion.js';
import type { StreamPart } from '../../conversation.js';
import { readResponse } from '../../dialects/openai-chat/read-response.js';
import { StreamReader } from '../../dialects/openai-chat/stream-reader.js';
import { ChatStreamForwarder } from '../../passthrough/chat-stream-forwarder.js';
import type { StreamEnd } from '../../passthrough/stream-forwarder.js';
import { readChatCompletion } from '../../passthrough/read-chat-completion.js';
import type { SandboxEvent, SandboxResponse } from './sandbox-response.js';
import { simulateChat, simulateSandbox } from './simulate.js';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const HELLO = [{ role: 'user', content: 'Hello, sandbox! Grüße 😀' }];
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 3 } },
      required: ['city'],
    },
  },
};

const ask = (model: string, more: object = {}): SandboxResponse =>
  simulateChat(Buffer.from(JSON.stringify({ model: `sandbox/${model}`, messages: HELLO, ...more })), NOW);

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: Record<string, unknown>;
}

function answered(response: SandboxResponse): Answered {
  if (response.kind !== 'answer') throw new Error(`a ${response.kind}`);
  return { ...response, document: JSON.parse(response.body) as Record<string, unknown> };
}

function events(response: SandboxResponse): SandboxEvent[] {
  if (response.kind !== 'stream') throw new Error(`a ${response.kind}`);
  return [...response.events];
}

function forwarded(response: SandboxResponse, withholdUsage = false): { end: StreamEnd; text: string } {
  let text = '';
  const forwarder = new ChatStreamForwarder({ withholdUsage }, (bytes) => (text += bytes.toString()));
  for (const event of events(response)) forwarder.push(Buffer.from(event.text));
  return { end: forwarder.end(), text };
}

function collected(response: SandboxResponse): ReturnType<typeof collectCompletion> {
  const reader = new StreamReader();
  const parts: StreamPart[] = [];
  for (const event of events(response)) parts.push(...reader.push(Buffer.from(event.text)));
  return collectCompletion([...parts, ...reader.end()]);
}

const contentOf = (response: SandboxResponse): string => {
  const completion = readResponse(answered(response).document);
  return completion?.choices[0]?.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('') ?? '';
};

describe('answers', () => {
  test('echo says what it was told, with usage, and always the same', () => {
    const response = ask('echo');
    expect(contentOf(response)).toBe('Hello, sandbox! Grüße 😀');
    expect(ask('echo')).toEqual(response);
    const { document, status } = answered(response);
    expect(status).toBe(200);
    expect(schemaErrors('CreateChatCompletionResponse', document)).toEqual([]);
    const facts = readChatCompletion(Buffer.from(JSON.stringify(document)));
    expect(facts).toMatchObject({ valid: true, error: null, servedModel: 'sandbox/echo', serviceTier: 'default' });
    expect(facts.usage).toMatchObject({ problem: null, usage: { input: 12, output: 6 } });
  });

  test.each(['echo', 'lorem', 'json', 'reasoning', 'stream-20x0ms', 'tools'])(
    'a stream of %s is its answer',
    (model) => {
      const options = { tools: [WEATHER], n: 2, max_completion_tokens: 40, logprobs: true, top_logprobs: 1 };
      const streamed = ask(model, { ...options, stream: true, stream_options: { include_usage: true } });
      const { completion, done } = collected(streamed);
      expect(done).toBe(true);
      const whole = readResponse(answered(ask(model, options)).document);
      expect({ ...completion, id: '' }).toEqual({ ...whole, id: '' });
      for (const { text } of events(streamed)) {
        const data = text.slice('data: '.length).split('\n\ndata: ')[0] ?? '';
        if (!data.startsWith('[DONE]'))
          expect(schemaErrors('CreateChatCompletionStreamResponse', JSON.parse(data))).toEqual([]);
      }
      const { end, text } = forwarded(streamed);
      expect(end).toMatchObject({ complete: true, error: null, servedModel: `sandbox/${model}` });
      expect(end.usage?.usage).toEqual(whole?.usage?.usage);
      expect(text).toContain('"usage":{');
      expect(forwarded(streamed, true).text).not.toContain('prompt_tokens');
    },
  );

  test('the cap on the output holds, and is told', () => {
    const completion = readResponse(answered(ask('lorem', { max_tokens: 5 })).document);
    expect(completion?.choices[0]?.finish).toBe('length');
    expect(completion?.usage?.usage.output).toBe(5);
  });

  test('a stop sequence ends the answer', () => {
    expect(contentOf(ask('echo', { stop: ['sand', '!'] }))).toBe('Hello, ');
  });

  test('thoughts are counted apart and cost of the cap', () => {
    const usage = readResponse(answered(ask('reasoning')).document)?.usage?.usage;
    expect(usage?.output_reasoning).toBeGreaterThan(5);
    const short = readResponse(answered(ask('reasoning', { max_completion_tokens: 3 })).document);
    expect(short?.choices[0]).toMatchObject({ finish: 'length', parts: [{ kind: 'reasoning' }] });
  });

  test('a long conversation was partly cached', () => {
    const messages = [{ role: 'user', content: 'x'.repeat(6000) }, { role: 'assistant', content: 'y' }, ...HELLO];
    expect(readResponse(answered(ask('echo', { messages })).document)?.usage?.usage.input_cache_read).toBe(1408);
  });

  test('no-usage reports none, even when asked', () => {
    expect(answered(ask('no-usage')).document).not.toHaveProperty('usage');
    expect(forwarded(ask('no-usage', { stream: true, stream_options: { include_usage: true } })).end.usage).toBeNull();
  });
});

describe('tools and schemas', () => {
  test('the first tool is called with fitting arguments, and its result is answered', () => {
    const call = readResponse(answered(ask('tools', { tools: [WEATHER] })).document)?.choices[0];
    expect(call).toMatchObject({ finish: 'tool-calls', parts: [{ kind: 'tool-call', name: 'weather' }] });
    const part = call?.parts[0];
    const input = part?.kind === 'tool-call' ? (JSON.parse(part.input) as object) : {};
    expect(new Ajv().validate(WEATHER.function.parameters, input)).toBe(true);
    const wire = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } };
    const messages = [
      ...HELLO,
      { role: 'assistant', content: null, tool_calls: [wire] },
      { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
    ];
    expect(contentOf(ask('tools', { tools: [WEATHER], messages }))).toBe('The tool answered: sunny');
  });

  test('any model calls a tool that is forced', () => {
    const choice = { type: 'function', function: { name: 'weather' } };
    const completion = readResponse(answered(ask('echo', { tools: [WEATHER], tool_choice: choice })).document);
    expect(completion?.choices[0]?.finish).toBe('tool-calls');
  });

  test.each([
    {
      type: 'object',
      properties: { a: { enum: ['x', 'y'] }, b: { type: ['string', 'null'], maxLength: 3 } },
      required: ['a', 'b', 'c'],
    },
    { type: 'array', items: { type: 'number', exclusiveMinimum: 4, multipleOf: 2 }, minItems: 3, uniqueItems: true },
    {
      $defs: {
        n: {
          type: 'object',
          properties: { v: { type: 'integer' }, next: { anyOf: [{ $ref: '#/$defs/n' }, { type: 'null' }] } },
          required: ['v', 'next'],
        },
      },
      $ref: '#/$defs/n',
    },
    {
      allOf: [
        { type: 'object', properties: { a: { const: 5 } } },
        { properties: { b: { type: 'boolean' } }, required: ['b'] },
      ],
    },
    { type: 'string', minLength: 200 },
    { type: 'integer', minimum: -9, maximum: -3 },
    { type: 'number', exclusiveMaximum: 0 },
  ])('JSON by schema %#', (schema) => {
    const format = { type: 'json_schema', json_schema: { name: 'it', schema } };
    const value: unknown = JSON.parse(contentOf(ask('echo', { response_format: format })));
    expect(new Ajv({ strict: false }).validate(schema, value)).toBe(true);
  });

  const SELF = { $ref: '#' };
  test.each([
    ['that needs itself twice', { type: 'object', properties: { a: SELF, b: SELF }, required: ['a', 'b'] }],
    ['that is all of itself', { allOf: [SELF] }],
    ['that is all of itself and more', { allOf: [SELF, SELF, { properties: { a: SELF } }] }],
    ['that is any of itself', { anyOf: [SELF, SELF] }],
    ['that refers to itself', SELF],
    ['of arrays in arrays', { type: 'array', items: SELF, minItems: 1000 }],
    ['of pairs in pairs', { type: 'array', prefixItems: Array(100).fill(SELF) }],
    [
      'of wide objects in wide objects',
      { type: 'object', properties: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${i}`, SELF])) },
    ],
    ['of long texts', { type: 'array', items: { type: 'string', minLength: 65_536 }, minItems: 1000 }],
    ['of long constants', { type: 'array', items: { const: 'x'.repeat(100_000) }, minItems: 1000 }],
  ])('a schema %s has an answer, soon', (_name, schema) => {
    const format = { type: 'json_schema', json_schema: { name: 'it', schema } };
    const startedMs = performance.now();
    const content = contentOf(ask('echo', { response_format: format }));
    expect(JSON.parse(content)).toBeDefined();
    expect(content.length).toBeLessThan(2_000_000);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  test('a body that is nested without end is refused', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    for (const field of [`"tools":${deep}`, `"tools":[{"type":"function","function":{"name":"f","x":${deep}}}]`]) {
      const body = `{"model":"sandbox/echo","messages":[{"role":"user","content":"x"}],${field}}`;
      expect(answered(simulateChat(Buffer.from(body), NOW)).status).toBe(400);
    }
  });

  test('as many parts and stop sequences as fit a body', () => {
    const content = Array(150_000).fill({ type: 'text', text: 'x' }) as unknown[];
    const messages = [
      { role: 'assistant', content },
      { role: 'user', content: 'ab' },
    ];
    const stop = Array(150_000).fill('b') as unknown[];
    expect(contentOf(ask('echo', { messages, stop }))).toBe('a');
  });

  test('JSON without a schema', () => {
    expect(JSON.parse(contentOf(ask('json')))).toHaveProperty('answer');
  });
});

describe('misbehaviour', () => {
  test.each([400, 401, 403, 404, 418, 429, 500, 503])('error-%i', (status) => {
    const response = answered(ask(`error-${status}`));
    expect(response.status).toBe(status);
    expect(schemaErrors('ErrorResponse', response.document)).toEqual([]);
    if (status === 429) expect(response.headers['retry-after']).toBe('1');
  });

  test('cut-after-2 sends two pieces and no end', () => {
    const response = ask('cut-after-2', { stream: true });
    expect(response).toMatchObject({ cut: true });
    const { end, text } = forwarded(response);
    expect(text.split('"content":"').length - 1).toBe(3); // the opening frame has an empty one
    expect(end).toMatchObject({ complete: false, doneFrame: null });
  });

  test('slow and stream wait', () => {
    expect(ask('slow-250ms')).toMatchObject({ delayMs: 250 });
    expect(events(ask('slow-250ms', { stream: true }))[0]?.delayMs).toBe(250);
    const delays = events(ask('stream-30x15ms', { stream: true })).filter((event) => event.delayMs === 15);
    expect(delays).toHaveLength(30);
  });

  test('hang', () => {
    expect(ask('hang')).toEqual({ kind: 'hang' });
  });

  test.each(['none', 'slow-1', 'error-200', 'error-4290', 'stream-0x1ms', 'cut-after-', 'echo2', ''])(
    'no model %j',
    (name) => {
      const { status, document } = answered(ask(name));
      expect(status).toBe(404);
      expect(document).toMatchObject({ error: { code: 'model_not_found', type: 'invalid_request_error' } });
    },
  );

  test.each([
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: [{ type: 'video' }] }] }, 'messages[0].content[0].type'],
    [{ messages: [{ role: 'user' }] }, 'messages[0].content'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: [7] }, 'messages[0]'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [{ tool_choice: 'required' }, 'tool_choice'],
    [{ functions: [{ name: 'f' }] }, 'functions'],
    [{ response_format: { type: 'yaml' } }, 'response_format.type'],
    [{ stop: [1] }, 'stop[0]'],
    [{ n: 0 }, 'n'],
    [{ colour: 'blue' }, 'colour'],
  ])('bad request %#', (more, param) => {
    const { status, document } = answered(ask('echo', more));
    expect(status).toBe(400);
    expect(document).toMatchObject({ error: { type: 'invalid_request_error', param } });
  });

  test('unknown paths and methods', () => {
    const at = (method: string, path: string): Answered =>
      answered(simulateSandbox({ method, path, body: Buffer.alloc(0) }, NOW));
    expect(at('GET', '/v1/models').document).toHaveProperty('data.0.id', 'sandbox/echo');
    expect(at('GET', '/v1/chat/completions').status).toBe(405);
    expect(at('POST', '/v1/other').status).toBe(404);
    expect(at('POST', '/v1/chat/completions').status).toBe(400);
  });
});
