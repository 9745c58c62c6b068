import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sendRaw } from './raw-http.js';
import { RunningProduct } from './running-product.js';

interface ErrorAnswer {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** Whatever a client sends: a clear error in OpenAI's shape, never a 5xx, a hang or a crash. */
describe('bad input', () => {
  let product: RunningProduct;

  beforeAll(async () => {
    product = await RunningProduct.start({ environment: { BODY_TIMEOUT_MS: '1500' } });
  }, 90_000);

  afterAll(() => product.stop());

  async function send(
    body: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; answer: ErrorAnswer }> {
    const response = await fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, answer: (await response.json()) as ErrorAnswer };
  }

  const valid = { model: 'sandbox/echo', messages: [{ role: 'user', content: 'hi' }] };
  const withField = (field: object): string => JSON.stringify({ ...valid, ...field });

  test.each([
    ['broken JSON', '{"model":"sandbox/echo",', 400, null],
    ['an empty body', '', 400, null],
    ['an array', '[]', 400, null],
    ['a string', '"hi"', 400, null],
    ['something behind the object', `${JSON.stringify(valid)}x`, 400, null],
    ['no model', JSON.stringify({ messages: valid.messages }), 400, 'model'],
    ['a model of the wrong type', withField({ model: 5 }), 400, 'model'],
    ['an empty model', withField({ model: '' }), 400, 'model'],
    ['no messages', JSON.stringify({ model: 'sandbox/echo' }), 400, 'messages'],
    ['messages of the wrong type', withField({ messages: 'hi' }), 400, 'messages'],
    ['stream of the wrong type', withField({ stream: 'yes' }), 400, 'stream'],
    ['n out of range', withField({ n: 0 }), 400, 'n'],
    ['max_tokens out of range', withField({ max_tokens: -1 }), 400, 'max_tokens'],
    ['temperature out of range', withField({ temperature: 3 }), 400, 'temperature'],
    ['an unknown model', withField({ model: 'gpt-99' }), 404, 'model'],
    [
      'a duplicate key',
      '{"model":"sandbox/echo","model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}',
      400,
      'model',
    ],
    [
      'an escaped key',
      '{"mod\\u0065l":"gpt-4o","model":"sandbox/echo","messages":[{"role":"user","content":"hi"}]}',
      400,
      null,
    ],
    [
      'a key in another case',
      '{"Model":"gpt-4o","model":"sandbox/echo","messages":[{"role":"user","content":"hi"}]}',
      400,
      'model',
    ],
  ])('%s', async (_name, body, status, param) => {
    const { status: given, answer } = await send(body);
    expect([given, answer.error.message]).toEqual([status, expect.any(String)]);
    expect(typeof answer.error.type).toBe('string');
    if (param !== null) expect(answer.error.param?.toLowerCase()).toBe(param);
  });

  test('invalid UTF-8', async () => {
    const body = Buffer.from(JSON.stringify(valid).replace('hi', 'hX'));
    body[body.indexOf('X')] = 0xff;
    expect(await send(body)).toMatchObject({ status: 400, answer: { error: { message: /UTF-8/ } } });
  });

  test('a body of 20 MB is refused, with a length and without', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, 'x');
    const answers = await Promise.all([
      send(body).catch(() => null),
      fetch(`${product.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${product.apiKey}` },
        body: new Blob([body]).stream(),
        duplex: 'half',
      }).then(
        (response) => ({ status: response.status }),
        () => null,
      ),
    ]);
    // a client that writes on while it is refused may see the connection close instead of the answer
    for (const answer of answers) if (answer !== null) expect(answer.status).toBe(413);
    expect((await send(JSON.stringify(valid))).status).toBe(200);
  });

  test.each([
    ['no key', {}, 401],
    ['a key of somebody else', { authorization: 'Bearer sk-1234567890' }, 401],
    ['a management token', { authorization: `Bearer tgm_${'a'.repeat(38)}` }, 401],
    [
      'a well-formed key that does not exist',
      { authorization: 'Bearer tg_Xq8fKZ0d1vYbN7mRw3sTgHcJ5uLpE2aVsxOa97' },
      401,
    ],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }, 401],
    ['a bearer without a key', { authorization: 'Bearer ' }, 401],
  ])('%s', async (_name, headers, status) => {
    const response = await fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: JSON.stringify(valid),
    });
    const answer = (await response.json()) as ErrorAnswer;
    expect([response.status, answer.error.code]).toEqual([status, 'invalid_api_key']);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  });

  test('unknown routes and methods say so', async () => {
    const unknown = await fetch(`${product.baseUrl}/nothing/here`, { method: 'POST', body: '{}' });
    expect([unknown.status, ((await unknown.json()) as ErrorAnswer).error.message]).toEqual([
      404,
      expect.stringContaining('/v1/nothing/here'),
    ]);
    const method = await fetch(`${product.baseUrl}/chat/completions`);
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${product.origin}/nothing`)).status).toBe(404);
    expect(
      (await fetch(`${product.baseUrl}/requests/req_nope`, { headers: { authorization: `Bearer ${product.apiKey}` } }))
        .status,
    ).toBe(404);
  });

  test('a flood of headers, broken HTTP and a slow body end with an answer', async () => {
    const raw = async (text: string): Promise<string> => (await sendRaw(product.port, text)).text;
    const flood = await raw(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n${'x-flood: aaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(2000)}\r\n`,
    );
    expect(flood).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const slow = await raw(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${product.apiKey}\r\ncontent-length: 500\r\n\r\n{"model"`,
    );
    expect(slow).toMatch(/^HTTP\/1\.1 408 /);
    expect(slow).toContain('"error"');
  });

  test('any JSON at all gets an answer below 500', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3 }), async (body) => {
        const { status, answer } = await send(body);
        expect(status).toBeLessThan(500);
        expect(answer.error.message.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  test('any value in a known field gets an answer below 500', async () => {
    const fields = [
      'model',
      'messages',
      'stream',
      'stream_options',
      'max_tokens',
      'n',
      'user',
      'metadata',
      'stop',
      'tools',
      'response_format',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 2 }), async (field, value) => {
        const response = await fetch(`${product.baseUrl}/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${product.apiKey}` },
          body: withField({ [field]: value }),
        });
        await response.text();
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });
});
