import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sendRaw } from './raw-http.js';
import { MODELS, TwoProviders } from './two-providers.js';

interface ErrorAnswer {
  readonly type: string;
  readonly request_id: string;
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly tollgate: { readonly code: string; readonly param: string | null };
  };
}

/** Answers without translation, and with it. */
const TARGETS = [MODELS.anthropic, 'sandbox/echo'];
const PREFIXES = ['/v1', '/anthropic/v1'];
const ANSWERING = '/messages';
const COUNTING = '/messages/count_tokens';
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  408: 'invalid_request_error',
  413: 'request_too_large',
  415: 'invalid_request_error',
};

/** Whatever a client of Anthropic's sends: a clear error in that dialect's shape, never a 5xx, a hang or a crash. */
describe('bad input in Anthropic’s dialect', () => {
  let two: TwoProviders;

  beforeAll(async () => {
    two = await TwoProviders.start({ BODY_TIMEOUT_MS: '1500' });
  }, 90_000);

  afterAll(() => two.stop());

  async function send(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Response> {
    return fetch(two.product.origin + path, {
      method: 'POST',
      headers: headers ?? { 'x-api-key': two.product.apiKey, 'content-type': 'application/json' },
      body,
    });
  }

  async function expectError(response: Response, status: number): Promise<ErrorAnswer> {
    const text = await response.text();
    expect([response.status, text]).toEqual([status, expect.stringMatching(/^\{/)]);
    const answer = JSON.parse(text) as ErrorAnswer;
    expect(answer).toMatchObject({ type: 'error', error: { type: ERROR_TYPES[status], message: expect.any(String) } });
    expect(answer.error.message.length).toBeGreaterThan(10);
    expect(answer.request_id).toBe(response.headers.get('request-id'));
    return answer;
  }

  const valid = (model: string): Record<string, unknown> => ({
    model,
    max_tokens: 100,
    messages: [{ role: 'user', content: 'hi' }],
  });
  const withField = (field: object) => (model: string) => JSON.stringify({ ...valid(model), ...field });
  const without = (name: string) => (model: string) => JSON.stringify({ ...valid(model), [name]: undefined });
  const inPlace = (edit: (text: string) => string) => (model: string) => edit(JSON.stringify(valid(model)));
  const saying = (...content: unknown[]) => withField({ messages: [{ role: 'user', content }] });

  type BadBody = [name: string, body: (model: string) => string | Buffer, param: string | null];

  const bodies: BadBody[] = [
    ['broken JSON', inPlace((text) => text.slice(0, -9)), null],
    ['an empty body', () => '', null],
    ['an array', () => '[]', null],
    ['a string', () => '"hi"', null],
    ['something behind the object', inPlace((text) => `${text}x`), null],
    ['no model', without('model'), 'model'],
    ['a model of the wrong kind', withField({ model: 5 }), 'model'],
    ['an empty model', withField({ model: '' }), 'model'],
    ['no messages', without('messages'), 'messages'],
    ['messages of the wrong kind', withField({ messages: 'hi' }), 'messages'],
    ['messages that are none', withField({ messages: [] }), 'messages'],
    ['stream of the wrong kind', withField({ stream: 'yes' }), 'stream'],
    ['system of the wrong kind', withField({ system: 7 }), 'system'],
    ['max_tokens of the wrong kind', withField({ max_tokens: '100' }), 'max_tokens'],
    ['max_tokens out of range', withField({ max_tokens: 0 }), 'max_tokens'],
    ['temperature out of range', withField({ temperature: 1.5 }), 'temperature'],
    ['top_k that is no whole number', withField({ top_k: 1.5 }), 'top_k'],
    ['stop_sequences of the wrong kind', withField({ stop_sequences: 'END' }), 'stop_sequences'],
    ['thinking of the wrong kind', withField({ thinking: true }), 'thinking'],
    ['tools of the wrong kind', withField({ tools: {} }), 'tools'],
    ['tool_choice of the wrong kind', withField({ tool_choice: 'any' }), 'tool_choice'],
    ['metadata of the wrong kind', withField({ metadata: [] }), 'metadata'],
    ['a duplicate key', inPlace((text) => text.replace('{', '{"model":"gpt-4o",')), 'model'],
    ['an escaped key', inPlace((text) => text.replace('{', '{"mod\\u0065l":"gpt-4o",')), null],
    ['a key in another case', inPlace((text) => text.replace('{', '{"Model":"gpt-4o",')), 'Model'],
    [
      'invalid UTF-8',
      (model) => {
        const body = Buffer.from(JSON.stringify({ ...valid(model), system: 'hX' }));
        body[body.indexOf('X')] = 0xff;
        return body;
      },
      null,
    ],
  ];

  test.each([...bodies, ['no max_tokens', without('max_tokens'), 'max_tokens'] satisfies BadBody])(
    'a message with %s',
    async (_name, body, param) => {
      for (const prefix of PREFIXES) {
        for (const model of TARGETS) {
          const { error } = await expectError(await send(prefix + ANSWERING, body(model)), 400);
          if (param === null) continue;
          expect([model, error.tollgate.param, error.message]).toEqual([model, param, expect.stringContaining(param)]);
        }
      }
    },
  );

  test.each(bodies)('counting tokens of a message with %s', async (_name, body, param) => {
    for (const prefix of PREFIXES) {
      for (const model of TARGETS) {
        const { error } = await expectError(await send(prefix + COUNTING, body(model)), 400);
        if (param !== null) expect([model, error.tollgate.param]).toEqual([model, param]);
      }
    }
  });

  // what only a translation looks into; a provider of the same dialect judges for itself
  test.each<BadBody>([
    ['no object', withField({ messages: ['hi'] }), 'messages[0]'],
    ['an unknown role', withField({ messages: [{ role: 'robot', content: 'hi' }] }), 'messages[0].role'],
    ['no content', withField({ messages: [{ role: 'user' }] }), 'messages[0].content'],
    ['a block that is none', saying(null), 'messages[0].content[0]'],
    ['a block of an unknown type', saying({ type: 'smell' }), 'messages[0].content[0]'],
    ['text of the wrong kind', saying({ type: 'text', text: 5 }), 'messages[0].content[0].text'],
    ['a tool without a name', withField({ tools: [{ input_schema: {} }] }), 'tools[0].name'],
  ])('a message that is to be translated, with %s', async (_name, body, param) => {
    const { error } = await expectError(await send('/v1/messages', body('sandbox/echo')), 400);
    expect(error.tollgate.param).toContain(param);
    expect(error.message.length).toBeGreaterThan(10);
  });

  test('an unknown model, and one that the key may not use', async () => {
    const narrow = await two.createKey({ modelAllowlist: ['gpt-4o*'] });
    for (const path of [ANSWERING, COUNTING].flatMap((each) => PREFIXES.map((prefix) => prefix + each))) {
      const unknown = await expectError(await send(path, JSON.stringify(valid('claude-99'))), 404);
      expect(unknown.error.message).toContain('claude-99');
      expect(unknown.error.tollgate.param).toBe('model');
      const body = JSON.stringify(valid(MODELS.anthropic));
      await expectError(await send(path, body, { 'x-api-key': narrow }), 404);
    }
  });

  test.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['a key of somebody else', { 'x-api-key': 'sk-ant-1234567890' }],
    ['an empty key', { 'x-api-key': '' }],
    ['a management token', { 'x-api-key': `tgm_${'a'.repeat(38)}` }],
    ['a well-formed key that does not exist', { 'x-api-key': 'tg_Xq8fKZ0d1vYbN7mRw3sTgHcJ5uLpE2aVsxOa97' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
  ])('%s', async (_name, headers) => {
    for (const path of [ANSWERING, COUNTING].flatMap((each) => PREFIXES.map((prefix) => prefix + each))) {
      const body = JSON.stringify(valid(MODELS.anthropic));
      await expectError(await send(path, body, headers), 401);
    }
  });

  test('a body of 20 MB, with a length and without', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, 'x');
    for (const path of [ANSWERING, COUNTING]) {
      const url = two.product.baseUrl + path;
      const headers = { 'x-api-key': two.product.apiKey };
      const answers = await Promise.all([
        fetch(url, { method: 'POST', headers, body }).catch(() => null),
        fetch(url, { method: 'POST', headers, body: new Blob([body]).stream(), duplex: 'half' }).catch(() => null),
      ]);
      // a client that writes on while it is refused may see the connection close instead of the answer
      for (const answer of answers) if (answer !== null) await expectError(answer, 413);
      const accepted = await send(`/v1${path}`, JSON.stringify(valid(MODELS.anthropic)));
      expect([path, accepted.status, await accepted.text()]).toEqual([path, 200, expect.any(String)]);
    }
  });

  test('a body that does not arrive in time', async () => {
    for (const path of [ANSWERING, COUNTING]) {
      const head = `POST /v1${path} HTTP/1.1\r\nhost: x\r\nx-api-key: ${two.product.apiKey}\r\ncontent-length: 500`;
      const { status, body } = await sendRaw(two.product.port, `${head}\r\n\r\n{"model"`);
      expect([status, JSON.parse(body)]).toMatchObject([
        408,
        { type: 'error', error: { message: expect.any(String) } },
      ]);
    }
  });

  test('unknown routes, other methods and other kinds of body', async () => {
    const lost = await expectError(await send('/anthropic/v1/nothing', '{}'), 404);
    expect(lost.error.message).toContain('/anthropic/v1/nothing');
    await expectError(await send('/anthropic/nothing', '{}'), 404);
    for (const path of PREFIXES.flatMap((prefix) => [prefix + ANSWERING, prefix + COUNTING])) {
      const method = await fetch(two.product.origin + path);
      expect(method.headers.get('allow')).toBe('POST');
      await expectError(method, 405);
      const form = { 'x-api-key': two.product.apiKey, 'content-type': 'multipart/form-data; boundary=x' };
      await expectError(await send(path, '--x--', form), 415);
    }
  });

  const FIELDS = [
    'model',
    'messages',
    'system',
    'max_tokens',
    'stream',
    'metadata',
    'stop_sequences',
    'temperature',
    'thinking',
    'tools',
    'tool_choice',
    'output_config',
    'service_tier',
    'cache_control',
  ];

  test('any value in a known field gets an answer below 500', async () => {
    const anyPath = fc.constantFrom(ANSWERING, COUNTING);
    await fc.assert(
      fc.asyncProperty(
        anyPath,
        fc.constantFrom(...TARGETS),
        fc.constantFrom(...FIELDS),
        fc.jsonValue({ maxDepth: 3 }),
        async (path, model, field, value) => {
          const response = await send(`/v1${path}`, withField({ [field]: value })(model));
          const text = await response.text();
          expect([response.status < 500, text]).toEqual([true, expect.any(String)]);
          if (response.status !== 200) expect(JSON.parse(text)).toMatchObject({ type: 'error' });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('any block in a message, and any JSON at all, gets an answer below 500', async () => {
    const type = fc.constantFrom('text', 'image', 'document', 'tool_use', 'tool_result', 'thinking', 'search_result');
    const block = fc.tuple(
      type,
      fc.dictionary(fc.constantFrom('text', 'source', 'content', 'id', 'input'), fc.jsonValue({ maxDepth: 2 })),
    );
    const bodiesOf = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc
        .tuple(fc.constantFrom(...TARGETS), block)
        .map(([model, [kind, fields]]) => saying({ type: kind, ...fields })(model)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(ANSWERING, COUNTING), bodiesOf, async (path, body) => {
        const response = await send(`/v1${path}`, body);
        const text = await response.text();
        expect([response.status < 500, text]).toEqual([true, expect.any(String)]);
      }),
      { numRuns: 200 },
    );
  });
});
