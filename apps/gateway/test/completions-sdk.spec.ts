import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';

import { FiveProviders } from './five-providers.js';
import { openAiClient } from './sdk-clients.js';

const model = 'gpt-3.5-turbo-instruct';

/** What of OpenAI's SDK is neither chat nor responses nor media: legacy completions and moderations. */
describe('completions and moderations', () => {
  let five: FiveProviders;

  beforeAll(async () => {
    five = await FiveProviders.start();
  }, 90_000);

  afterAll(() => five.stop());

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const client = (key?: string): OpenAI => openAiClient(five.product, key);

  test('legacy completions, whole and streamed', async () => {
    const { data, response } = await client()
      .completions.create({ model, prompt: 'Say it', max_tokens: 50 })
      .withResponse();
    expect(data.choices[0]?.text).toBe('You said: Say it.');
    expect(data.object).toBe('text_completion');
    const booked = await five.booked(response.headers.get('x-request-id'));
    expect(booked).toMatchObject({ outcome: 'success', usage: { input: 5, output: 7 } });
    expect(booked.named).toBe('completions openai-completions openai-completions');
    expect(booked.cost).toBeGreaterThan(0);
    const stream = await client().completions.create({ model, prompt: 'Say it', stream: true }).withResponse();
    let text = '';
    for await (const chunk of stream.data) text += chunk.choices[0]?.text ?? '';
    expect(text).toBe('You said: Say it.');
    expect((await five.booked(stream.response.headers.get('x-request-id'))).usage).toEqual({ input: 5, output: 7 });
  });

  test('legacy completions of a model that only converses', async () => {
    for (const other of ['claude-sonnet-4-6', 'gemini-2.5-flash', 'command-a-03-2025']) {
      const answer = await client().completions.create({ model: other, prompt: 'Say it.', max_tokens: 500 });
      expect([other, answer.choices[0]?.text, answer.choices[0]?.finish_reason]).toEqual([
        other,
        'You said: Say it.. ☂ 世界',
        'stop',
      ]);
      const stream = await client().completions.create({
        model: other,
        prompt: 'Say it.',
        max_tokens: 500,
        stream: true,
      });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.text ?? '';
      expect([other, text]).toEqual([other, 'You said: Say it.. ☂ 世界']);
    }
  });

  test('moderations of a text, of several, of parts', async () => {
    const ask = { model: 'omni-moderation-latest' };
    const { data, response } = await client()
      .moderations.create({ ...ask, input: 'violence' })
      .withResponse();
    expect(data.results).toMatchObject([{ flagged: true, categories: { violence: true, hate: false } }]);
    const booked = await five.booked(response.headers.get('x-request-id'));
    expect(booked).toMatchObject({ outcome: 'success', named: 'moderations openai-moderations openai-moderations' });
    expect(
      (await client().moderations.create({ ...ask, input: ['a', 'violence'] })).results.map(({ flagged }) => flagged),
    ).toEqual([false, true]);
    const parts = [{ type: 'text' as const, text: 'violence' }];
    expect((await client().moderations.create({ ...ask, input: parts })).results).toHaveLength(1);
    await expect(client().moderations.create({ ...ask, input: [] })).rejects.toMatchObject({
      status: 400,
      param: 'input',
    });
  });

  test('refusals are the SDK’s own', async () => {
    const prompt = 'x';
    await expect(client('tg_wrong').completions.create({ model, prompt })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    await expect(client().completions.create({ model: 'nope', prompt })).rejects.toMatchObject({ status: 404 });
    await expect(client().completions.create({ model: 'embed-v4.0', prompt })).rejects.toMatchObject({
      status: 400,
      param: 'model',
    });
    const hot = { model, prompt, temperature: 'hot' as unknown as number };
    await expect(client().completions.create(hot)).rejects.toMatchObject({ status: 400, param: 'temperature' });
  });

  test('a key whose budget is used up is told so in every shape', async () => {
    const key = await five.createKey({
      monthlyBudget: { amount: '0.000000000001', currency: 'USD' },
    });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    for (const [path, body] of [
      ['/v1/responses', { model: 'gpt-4o-mini', input: 'x' }],
      ['/v1/completions', { model, prompt: 'x' }],
      ['/v1/embeddings', { model: 'text-embedding-3-small', input: 'x' }],
      ['/v1/images/generations', { model: 'gpt-image-1.5', prompt: 'x' }],
      ['/v1/audio/speech', { model: 'tts-1', input: 'x', voice: 'alloy' }],
      ['/v2/rerank', { model: 'rerank-v3.5', query: 'x', documents: ['y'] }],
      ['/v1beta/models/gemini-2.5-flash:generateContent', { contents: [{ parts: [{ text: 'x' }] }] }],
    ] as const) {
      const response = await fetch(five.product.origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
      expect([path, response.status, await response.json()]).toMatchObject([
        path,
        402,
        { error: { tollgate: { code: 'policy_budget_exceeded' } } },
      ]);
    }
  });
});
