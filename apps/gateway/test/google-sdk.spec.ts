import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiError, type Content, type FunctionDeclaration, GoogleGenAI, type Part } from '@google/genai';

import { Agent, setGlobalDispatcher } from 'undici';

import { cutFrames, slowFrames } from './fake-vendor.js';
import { googleFrames } from './fake-google.js';
import { CONVERSING, FiveProviders, SEEING } from './five-providers.js';
import { pixel } from './pixel.js';

const SAID = 'You said: Say it.. ☂ 世界';
const CALL = 'Please call weather with Paris and call weather with Rome';
const BOTH = 'They said: sun in Paris and sun in Rome.';
const DECLARED: FunctionDeclaration[] = [
  {
    name: 'weather',
    description: 'The weather',
    parametersJsonSchema: { type: 'object', properties: { value: { type: 'string' } }, required: ['value'] },
  },
];

// the SDK looks for the dispatcher of fetch, which Jest's globals do not hold
setGlobalDispatcher(new Agent());

/** Google's SDK, given only another host, with models of Google's and of others. */
describe('@google/genai', () => {
  let five: FiveProviders;

  beforeAll(async () => {
    five = await FiveProviders.start();
  }, 90_000);

  afterAll(() => five.stop());

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const client = (apiKey = five.product.apiKey): GoogleGenAI =>
    new GoogleGenAI({ apiKey, httpOptions: { baseUrl: five.product.origin } });

  describe.each(Object.entries(CONVERSING))('%s', (vendor, model) => {
    test('text, whole and streamed, with usage', async () => {
      const ask = { model, contents: 'Say it.', config: { systemInstruction: 'Be brief.', maxOutputTokens: 2_000 } };
      const answer = await client().models.generateContent(ask);
      expect(answer.text).toBe(SAID);
      expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
      let text = '';
      let usage = null;
      for await (const chunk of await client().models.generateContentStream(ask)) {
        text += chunk.text ?? '';
        usage = chunk.usageMetadata ?? usage;
      }
      expect(text).toBe(SAID);
      expect(usage?.totalTokenCount).toBe(answer.usageMetadata?.totalTokenCount);
      expect(usage?.totalTokenCount).toBeGreaterThan(0);
    });

    test('a loop over parallel tools, whole and streamed', async () => {
      const config = { tools: [{ functionDeclarations: DECLARED }], maxOutputTokens: 2_000 };
      for (const streamed of [false, true]) {
        const contents: Content[] = [{ role: 'user', parts: [{ text: CALL }] }];
        const run = async (): Promise<Part[]> => {
          if (!streamed) {
            const answer = await client().models.generateContent({ model, contents, config });
            return answer.candidates?.[0]?.content?.parts ?? [];
          }
          const parts: Part[] = [];
          for await (const chunk of await client().models.generateContentStream({ model, contents, config }))
            parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
          return parts;
        };
        const asked = await run();
        const calls = asked.flatMap(({ functionCall }) => functionCall ?? []);
        expect([streamed, calls.map(({ name, args }) => [name, args])]).toEqual([
          streamed,
          [
            ['weather', { value: 'Paris' }],
            ['weather', { value: 'Rome' }],
          ],
        ]);
        const responses = calls.map(({ id, name, args }) => ({
          functionResponse: {
            ...(id !== undefined && { id }),
            name: name ?? '',
            response: { output: `sun in ${String(args?.['value'])}` },
          },
        }));
        contents.push({ role: 'model', parts: asked }, { role: 'user', parts: responses });
        const done = await run();
        expect([streamed, done.map(({ text }) => text ?? '').join('')]).toEqual([streamed, BOTH]);
      }
    });

    test('pictures in', async () => {
      const contents = [
        { role: 'user', parts: [{ text: 'Look.' }, { inlineData: { mimeType: 'image/png', data: pixel } }] },
      ];
      const ask = { model: SEEING[vendor] ?? model, contents, config: { maxOutputTokens: 100 } };
      expect((await client().models.generateContent(ask)).text).toContain('I see 1 image.');
    });

    test('counts tokens, at the provider where it can', async () => {
      const { totalTokens } = await client().models.countTokens({ model, contents: 'Say it.' });
      expect(totalTokens).toBeGreaterThan(0);
    });

    test('is booked with what was used', async () => {
      const response = await fetch(
        `${five.product.origin}/v1beta/models/${encodeURIComponent(model)}:generateContent`,
        {
          method: 'POST',
          headers: { 'x-goog-api-key': five.product.apiKey, 'content-type': 'application/json' },
          body: JSON.stringify({
            contents: [{ parts: [{ text: 'Say it.' }] }],
            generationConfig: { maxOutputTokens: 100 },
          }),
        },
      );
      expect([vendor, response.status]).toEqual([vendor, 200]);
      await response.text();
      const booked = await five.booked(response.headers.get('x-request-id'));
      expect(booked).toMatchObject({ outcome: 'success', source: 'reported' });
      expect(booked.named).toMatch(/^generate-content google-generate /);
      expect(booked.cost).toBeGreaterThan(0);
    });
  });

  test('structured output keeps its schema', async () => {
    for (const model of [CONVERSING.gemini, CONVERSING.cohere]) {
      const schema = { type: 'object', properties: { value: { type: 'string' } }, required: ['value'] };
      const config = { responseMimeType: 'application/json', responseJsonSchema: schema };
      const answer = await client().models.generateContent({ model, contents: 'Say it.', config });
      expect([model, answer.text]).toEqual([model, '{"value":"Paris"}']);
    }
    expect(five.google.last.json['generationConfig']).toMatchObject({ responseMimeType: 'application/json' });
    expect(JSON.stringify(five.cohere.last.json)).toContain('"json_schema"');
  });

  test('lists and shows models in Google’s shape', async () => {
    const names: string[] = [];
    for await (const { name } of await client().models.list()) names.push(name ?? '');
    expect(names).toContain(`models/${CONVERSING.gemini}`);
    expect(names).toContain(`models/${CONVERSING.openai}`);
    expect((await client().models.get({ model: CONVERSING.anthropic })).name).toBe(`models/${CONVERSING.anthropic}`);
  });

  test('errors are the SDK’s own', async () => {
    const ask = { model: CONVERSING.gemini, contents: 'Say it.' };
    const failed = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => null,
        (error: unknown) => error,
      );
    const wrong = await failed(client('tg_wrong').models.generateContent(ask));
    expect(wrong).toBeInstanceOf(ApiError);
    expect(wrong).toMatchObject({ status: 401, message: expect.stringContaining('UNAUTHENTICATED') });
    expect(await failed(client().models.generateContent({ ...ask, model: 'gemini-99' }))).toMatchObject({
      status: 404,
      message: expect.stringContaining('NOT_FOUND'),
    });
    const elsewhere = await failed(client().models.generateContent({ ...ask, model: 'rerank-v3.5' }));
    expect(elsewhere).toMatchObject({ status: 400, message: expect.stringContaining('INVALID_ARGUMENT') });
  });

  test('a field that is wrong is named', async () => {
    const config = { temperature: 'hot' as unknown as number };
    for (const model of [CONVERSING.gemini, CONVERSING.openai]) {
      await expect(client().models.generateContent({ model, contents: 'Say it.', config })).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining('temperature'),
      });
    }
    five.takeRefusals();
  });

  test('a client that leaves is booked as such', async () => {
    five.google.script(slowFrames(googleFrames, 80));
    const abort = new AbortController();
    const response = await fetch(
      `${five.product.origin}/v1beta/models/${CONVERSING.gemini}:streamGenerateContent?alt=sse`,
      {
        method: 'POST',
        headers: { 'x-goog-api-key': five.product.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ contents: [{ parts: [{ text: 'Say it.' }] }] }),
        signal: abort.signal,
      },
    );
    await response.body?.getReader().read();
    abort.abort();
    const { outcome } = await five.booked(response.headers.get('x-request-id'));
    expect(outcome).toBe('client_left_mid_stream');
  });

  test('a stream that the upstream cuts never looks complete', async () => {
    five.google.script(cutFrames(googleFrames, 2));
    const stream = await client().models.generateContentStream({ model: CONVERSING.gemini, contents: 'Say it.' });
    const seen: string[] = [];
    await expect(
      (async () => {
        for await (const { candidates } of stream) seen.push(candidates?.[0]?.finishReason ?? '');
      })(),
    ).rejects.toThrow();
    expect(seen.join('')).toBe('');
  });
});
