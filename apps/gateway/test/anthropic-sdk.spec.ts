import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { ANTHROPIC_USAGE, cutMessageAfter, failMessageAfter, refuseMessage, slowMessage } from './fake-anthropic.js';
import { MODELS, TwoProviders } from './two-providers.js';

const ASK = {
  model: MODELS.anthropic,
  max_tokens: 4_000,
  messages: [{ role: 'user' as const, content: 'Say it.' }],
};
const SAID = 'You said: Say it.. ☂ 世界';

/** The vendor's own SDK against the running product, with a strict stand-in for the vendor behind it. */
describe('Anthropic SDK', () => {
  let two: TwoProviders;

  beforeAll(async () => {
    two = await TwoProviders.start();
  }, 90_000);

  afterAll(() => two.stop());

  const client = (options: Record<string, unknown> = {}): Anthropic =>
    new Anthropic({ apiKey: two.product.apiKey, baseURL: two.product.origin, maxRetries: 0, ...options });

  const send = (body: string, headers: Record<string, string> = {}, path = '/v1/messages'): Promise<Response> =>
    fetch(two.product.origin + path, {
      method: 'POST',
      headers: { 'x-api-key': two.product.apiKey, 'content-type': 'application/json', ...headers },
      body,
    });

  test('answers, streamed and not, below both prefixes and with both kinds of key', async () => {
    const clients = [
      client(),
      client({ baseURL: `${two.product.origin}/anthropic` }),
      client({ apiKey: null, authToken: two.product.apiKey }),
    ];
    for (const anthropic of clients) {
      const message = await anthropic.messages.create(ASK);
      expect(message.content).toEqual([{ type: 'text', text: SAID }]);
      expect(message.usage).toEqual(ANTHROPIC_USAGE);
      const stream = anthropic.messages.stream(ASK);
      expect(await stream.finalText()).toBe(SAID);
      expect((await stream.finalMessage()).usage).toEqual(ANTHROPIC_USAGE);
    }
  });

  test('the provider gets the client’s bytes and the dialect’s headers, with nothing changed but what must be', async () => {
    const body = `{ "messages" : [{"role":"user","content":"caf\\u00e9 \\ud83d\\ude00"}],"temperature":0.70,\n"model":"${MODELS.anthropic}", "max_tokens":16, "metadata":{"user_id":"u-1"} }`;
    const headers = { 'anthropic-version': '2023-01-01', 'anthropic-beta': 'one-2025-01-01,two-2025-02-02' };
    const response = await send(body, headers, '/v1/messages?beta=true');
    await response.text();
    expect(two.anthropic.last.body.toString()).toBe(body);
    expect(two.anthropic.last.headers).toMatchObject({ ...headers, 'x-api-key': two.anthropic.apiKey });
    expect(response.headers.get('request-id')).toBe(response.headers.get('x-request-id'));
    expect([...response.headers.keys()].filter((name) => name.startsWith('anthropic-'))).toEqual([]);
    const streamed = await send(body.replace('{ ', '{"stream":true, "unheard_of":[{"of":null}],'), headers);
    await streamed.text();
    expect(two.anthropic.last.json).toMatchObject({ unheard_of: [{ of: null }] });
  });

  test('a stream passes through byte for byte', async () => {
    const stream = await send(JSON.stringify({ ...ASK, stream: true }));
    const text = await stream.text();
    expect(text.startsWith('event: message_start\n')).toBe(true);
    expect(text.endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe(true);
    expect(text).toContain('event: ping');
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
  });

  test('a request is priced by its cache writes, reads and output, and says which dialects met', async () => {
    const { response } = await client()
      .messages.create({ ...ASK, metadata: { user_id: 'ann' } })
      .withResponse();
    const id = response.headers.get('request-id') ?? '';
    const request = await two.product.booked(id);
    expect(request['usage']).toEqual({
      input: 120,
      input_cache_read: 2_000,
      input_cache_write_5m: 200,
      input_cache_write_1h: 100,
      output: 50,
    });
    // claude-sonnet-4-6: $3, $0.30 read, $3.75 and $6 written, $15 per million
    expect(request['cost']).toEqual({ amount: '0.003060000000', currency: 'USD' });
    const detail = await two.product.manage('GET', `/requests/${id}`);
    expect(detail).toMatchObject({
      surface: 'anthropic-messages',
      upstreamDialect: 'anthropic-messages',
      endpoint: 'messages',
      endUser: 'ann',
    });
  });

  test('errors are the SDK’s own classes, and say what they are about', async () => {
    const fails = (body: object, anthropic = client()): Promise<unknown> =>
      anthropic.messages.create({ ...ASK, ...body }).then(
        () => 'answered',
        (error: unknown) => error,
      );
    const wrong = client({ apiKey: `${two.product.apiKey.slice(0, -1)}~` });
    expect(await fails({}, wrong)).toBeInstanceOf(Anthropic.AuthenticationError);
    const unknown = await fails({ model: 'claude-99' });
    expect(unknown).toBeInstanceOf(Anthropic.NotFoundError);
    expect(unknown).toMatchObject({ error: { type: 'error', error: { type: 'not_found_error' } } });
    expect(await fails({ max_tokens: null })).toMatchObject({ status: 400, message: /max_tokens/ });
    expect(await fails({ temperature: 2 })).toMatchObject({ status: 400, message: /temperature/ });
    expect(await fails({ messages: [{ role: 'user', content: ' ' }] })).toMatchObject({
      status: 400,
      message: /non-whitespace/,
    });
    const poor = await two.createKey({ monthlyBudget: { amount: '0.000001', currency: 'USD' } });
    expect(await fails({}, client({ apiKey: poor }))).toMatchObject({
      status: 402,
      error: { error: { type: 'billing_error' } },
    });
    const slow = client({
      apiKey: await two.createKey({ rateLimit: { requestsPerMinute: 1, tokensPerMinute: null, concurrency: null } }),
    });
    await slow.messages.create(ASK);
    const limited = await fails({}, slow);
    expect(limited).toBeInstanceOf(Anthropic.RateLimitError);
    expect(Number((limited as InstanceType<typeof Anthropic.APIError>).headers?.get('retry-after'))).toBeGreaterThan(0);
    const lost = await send('{}', {}, '/anthropic/v1/complete');
    expect([lost.status, await lost.json()]).toMatchObject([
      404,
      { type: 'error', error: { type: 'not_found_error' } },
    ]);
  });

  test('an overloaded provider is asked again, and billed once', async () => {
    two.anthropic.script(refuseMessage(529, { type: 'overloaded_error', message: 'Overloaded' }));
    const { response } = await client().messages.create(ASK).withResponse();
    expect(response.headers.get('x-tollgate-attempts')).toBe('2');
    const early = failMessageAfter(2, { type: 'overloaded_error', message: 'Overloaded' });
    two.anthropic.script(early);
    expect(await client().messages.stream(ASK).finalText()).toBe(SAID);
  });

  test('a stream that breaks off never looks complete, and is charged for what it delivered', async () => {
    for (const script of [
      cutMessageAfter(5),
      failMessageAfter(5, { type: 'api_error', message: 'Internal server error' }),
    ]) {
      two.anthropic.script(script);
      const stream = client().messages.stream(ASK);
      await expect(stream.finalText()).rejects.toThrow();
      const id = stream.request_id ?? '';
      const request = await two.product.booked(id);
      expect(request).toMatchObject({ outcome: 'upstream_cut_mid_stream', usage_source: 'estimated' });
      expect(request['usage']).toMatchObject({ input: 120, input_cache_read: 2_000 });
    }
  });

  test('a client that leaves stops the upstream, and pays for what it was sent', async () => {
    two.anthropic.script(slowMessage(60));
    const stream = client().messages.stream(ASK);
    stream.on('error', () => undefined);
    stream.on('abort', () => undefined);
    let seen = 0;
    stream.on('text', () => ++seen === 2 && stream.abort());
    await stream.done().catch(() => undefined);
    expect((await two.anthropic.last.closed).complete).toBe(false);
    const request = await two.product.booked(stream.request_id ?? '');
    expect(request).toMatchObject({ outcome: 'client_left_mid_stream' });
    expect(request['usage']).toMatchObject({ input: 120 });
  });

  test('lists models in Anthropic’s shape', async () => {
    const models = [];
    for await (const model of client().models.list()) models.push(model);
    expect(models.find(({ id }) => id === MODELS.anthropic)).toMatchObject({
      type: 'model',
      display_name: MODELS.anthropic,
    });
    expect((await client().models.retrieve(MODELS.openai)).type).toBe('model');
    const below = await fetch(`${two.product.origin}/anthropic/v1/models`, {
      headers: { 'x-api-key': two.product.apiKey },
    });
    expect(await below.json()).toMatchObject({ has_more: false });
  });

  test('counts tokens at the provider, and estimates where there is nobody to ask', async () => {
    const { model, messages } = ASK;
    const ask = { model, messages };
    const counted = await client().messages.countTokens(ask).withResponse();
    expect(counted.data).toEqual({ input_tokens: 2_095 });
    expect(counted.response.headers.get('x-tollgate-estimated')).toBeNull();
    const estimated = await client()
      .messages.countTokens({ ...ask, model: MODELS.openai })
      .withResponse();
    expect(estimated.data.input_tokens).toBeGreaterThan(0);
    expect(estimated.response.headers.get('x-tollgate-estimated')).toBe('true');
    await expect(client().messages.countTokens({ ...ask, model: 'claude-99' })).rejects.toMatchObject({ status: 404 });
  });

  test('a count that does not end is not waited for', async () => {
    two.anthropic.script((_received, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = setInterval(() => response.write(Buffer.alloc(16_384, ' ')), 5);
      response.on('close', () => clearInterval(more));
    });
    const { model, messages } = ASK;
    await expect(client().messages.countTokens({ model, messages })).rejects.toMatchObject({ status: 502 });
    expect((await two.anthropic.last.closed).complete).toBe(false);
  });

  test('a tool may not ask a model that the key was not checked for', async () => {
    const before = two.anthropic.requests.length;
    const tools = [{ type: 'advisor_20260301' as const, name: 'advisor' as const, model: 'claude-opus-5' }];
    await expect(
      client().beta.messages.create({ ...ASK, tools, betas: ['advisor-tool-2026-03-01'] }),
    ).rejects.toMatchObject({
      status: 400,
      error: { error: { tollgate: { code: 'caller_unsupported_parameter', param: 'tools' } } },
    });
    expect(two.anthropic.requests).toHaveLength(before);
  });
});
