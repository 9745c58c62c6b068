import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import OpenAI4 from 'openai-v4';

import { cutAfter, failWith, FAKE_ANSWER, FAKE_USAGE, FakeOpenAi, slowly } from './fake-openai.js';
import { RunningProduct } from './running-product.js';

/** The vendor's own SDK, current and major 4, against the running product, with a strict stand-in for the vendor. */
describe('OpenAI SDK', () => {
  let product: RunningProduct;
  let provider: FakeOpenAi;

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    product = await RunningProduct.start({
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  });

  const clients = (): [string, OpenAI][] => [
    ['current', new OpenAI({ apiKey: product.apiKey, baseURL: product.baseUrl, maxRetries: 0 })],
    ['major 4', new OpenAI4({ apiKey: product.apiKey, baseURL: product.baseUrl, maxRetries: 0 }) as unknown as OpenAI],
    ['below /openai', new OpenAI({ apiKey: product.apiKey, baseURL: `${product.origin}/openai/v1`, maxRetries: 0 })],
  ];
  const client = (): OpenAI => new OpenAI({ apiKey: product.apiKey, baseURL: product.baseUrl, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Say it.' }];

  test('answers, streamed and not, with every client', async () => {
    for (const [name, openai] of clients()) {
      const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
      expect([name, answer.choices[0]?.message.content]).toEqual([name, FAKE_ANSWER]);
      expect(answer.usage?.total_tokens).toBe(FAKE_USAGE.total_tokens);

      const stream = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
      let text = '';
      for await (const chunk of stream) {
        expect(chunk.usage ?? null).toBeNull(); // nobody asked for it
        text += chunk.choices[0]?.delta.content ?? '';
      }
      expect([name, text]).toEqual([name, FAKE_ANSWER]);
    }
  });

  test('reports usage in the stream exactly when asked', async () => {
    const stream = await client().chat.completions.create({
      model: 'gpt-4o-mini',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.at(-1)?.usage).toEqual(FAKE_USAGE);
    expect(chunks.at(-1)?.choices).toEqual([]);
  });

  test('the provider gets the client’s bytes, with nothing changed but what must be', async () => {
    const body = `{ "messages" : [{"role":"user","content":"caf\\u00e9 \\ud83d\\ude00"}],"temperature":0.70,\n"model":"gpt-4o-mini" }`;
    const send = (text: string): Promise<Response> =>
      fetch(`${product.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json' },
        body: text,
      });
    await (await send(body)).text();
    expect(provider.last.body.toString()).toBe(body);
    await (await send(body.replace('{ ', '{ "stream":true, '))).text();
    const { stream_options: options, ...rest } = provider.last.json;
    expect(options).toEqual({ include_usage: true });
    expect(rest).toEqual({ ...(JSON.parse(body) as object), stream: true });
  });

  test('a request is priced to the picodollar and can be looked up by its key', async () => {
    const { data, response } = await client()
      .chat.completions.create({ model: 'gpt-4o-mini', messages })
      .withResponse();
    expect(data.choices).toHaveLength(1);
    const id = response.headers.get('x-request-id') ?? '';
    expect(id).toMatch(/^req_[0-9a-z]{26}$/);
    const request = await product.booked(id);
    // gpt-4o-mini: $0.15 / $0.075 cached / $0.60 per million: 176, 1024 and 80 tokens
    expect(request['cost']).toEqual({ amount: '0.000151200000', currency: 'USD' });
    expect(request['usage']).toEqual({ input: 176, input_cache_read: 1024, output: 64, output_reasoning: 16 });
    expect(request).toMatchObject({
      status: 'rated',
      outcome: 'success',
      usage_source: 'reported',
      provider: 'openai',
    });
  });

  test('lists only what the key may use, with limits and prices', async () => {
    const models: Record<string, unknown>[] = [];
    for await (const model of client().models.list()) models.push({ ...model });
    const mini = models.find((model) => model['id'] === 'gpt-4o-mini');
    expect(mini).toMatchObject({ object: 'model', owned_by: 'openai', context_window: 128_000 });
    expect(mini?.['pricing']).toMatchObject({ input: { amount: '0.150000000000', per: 1_000_000 } });
    expect(models.filter((model) => model['simulated'] === true).length).toBeGreaterThan(0);
    const names = models.map((model) => String(model['id']));
    // what no endpoint here serves is left out, and no model is listed under two names
    expect(names.filter((name) => /realtime/.test(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['text-embedding-3-small', 'whisper-1', 'gpt-4o-mini-tts']));
    expect(names.filter((name) => names.includes(`openai/${name}`))).toEqual([]);
    expect((await client().models.retrieve('gpt-4o-mini')).id).toBe('gpt-4o-mini');
    await expect(client().models.retrieve('gpt-9')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  test('errors are the SDK’s own classes', async () => {
    const wrong = new OpenAI({ apiKey: `${product.apiKey.slice(0, -1)}~`, baseURL: product.baseUrl, maxRetries: 0 });
    await expect(wrong.chat.completions.create({ model: 'gpt-4o-mini', messages })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    await expect(client().chat.completions.create({ model: 'nope', messages })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
    const bad = { model: 'gpt-4o-mini', messages, temperature: 'hot' as unknown as number };
    await expect(client().chat.completions.create(bad)).rejects.toMatchObject({ status: 400, param: 'temperature' });
    const unknown = { model: 'gpt-4o-mini', messages, frobnicate: 1 };
    await expect(client().chat.completions.create(unknown)).rejects.toMatchObject({
      status: 400,
      message: /frobnicate/,
    });
  });

  test('an upstream failure before the first token is tried again, and billed once', async () => {
    const before = provider.requests.length;
    provider.script(failWith(503, { message: 'overloaded', type: 'server_error', code: null }));
    const { response } = await client().chat.completions.create({ model: 'gpt-4o-mini', messages }).withResponse();
    expect(provider.requests.length - before).toBe(2);
    expect(response.headers.get('x-tollgate-attempts')).toBe('2');
    const request = await product.booked(response.headers.get('x-request-id') ?? '');
    expect(request['attempts']).toHaveLength(2);
    expect(request['cost']).toEqual({ amount: '0.000151200000', currency: 'USD' });
  });

  test('a stream that the upstream cuts ends with an error and never looks complete', async () => {
    provider.script(cutAfter(3));
    const stream = await client().chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
    let text = '';
    await expect(
      (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      })(),
    ).rejects.toThrow();
    expect(text).toBe('Tolls are metered');
  });

  test('a client that leaves stops the upstream, and pays for what it was sent', async () => {
    provider.script(slowly(80));
    const abort = new AbortController();
    const { data: stream, response } = await client()
      .chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal: abort.signal })
      .withResponse();
    let seen = 0;
    try {
      for await (const chunk of stream)
        if ((chunk.choices[0]?.delta.content ?? '') !== '' && ++seen === 3) abort.abort();
    } catch {
      // the SDK may tell of the abort
    }
    expect((await provider.last.closed).complete).toBe(false);
    const request = await product.booked(response.headers.get('x-request-id') ?? '');
    expect(request).toMatchObject({ outcome: 'client_left_mid_stream', usage_source: 'estimated' });
    expect(Number((request['cost'] as { amount: string }).amount)).toBeGreaterThan(0);
  });
});
