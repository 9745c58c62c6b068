import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';

import { FiveProviders } from './five-providers.js';
import { departures, openAiClient } from './sdk-clients.js';

const MODELS = { openai: 'text-embedding-3-small', gemini: 'gemini-embedding-001', cohere: 'embed-v4.0' } as const;

/** Embeddings as OpenAI's SDK asks for them, with models of three vendors. */
describe('embeddings', () => {
  let five: FiveProviders;

  beforeAll(async () => {
    five = await FiveProviders.start();
  }, 90_000);

  afterAll(() => five.stop());

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const client = (key?: string): OpenAI => openAiClient(five.product, key);

  describe.each(Object.entries(MODELS))('%s', (vendor, model) => {
    test('the SDK’s own base64 and floats are the same numbers', async () => {
      const { data, response } = await client().embeddings.create({ model, input: 'Say it.' }).withResponse();
      const floats = await client().embeddings.create({ model, input: 'Say it.', encoding_format: 'float' });
      const raw = await client().embeddings.create({ model, input: 'Say it.', encoding_format: 'base64' });
      expect(departures('CreateEmbeddingResponse', [data, floats])).toEqual([]);
      const bytes = Buffer.from(raw.data[0]?.embedding as unknown as string, 'base64');
      const numbers = floats.data[0]?.embedding ?? [];
      expect(numbers.map(Math.fround)).toEqual(numbers.map((_, i) => bytes.readFloatLE(4 * i)));
      expect(data.data[0]?.embedding.map(Math.fround)).toEqual(numbers.map(Math.fround));
      const booked = await five.booked(response.headers.get('x-request-id'));
      expect(booked.outcome).toBe('success');
      expect(booked.named).toBe(
        `embeddings openai-embeddings ${vendor}-${vendor === 'openai' ? 'embeddings' : 'embed'}`,
      );
      expect(booked.cost).toBeGreaterThan(0);
      expect(booked.usage).toEqual({ input: data.usage.prompt_tokens });
    });

    test('dimensions and batches', async () => {
      const input = ['one', 'two', 'three'];
      const answer = await client().embeddings.create({ model, input, dimensions: 16 });
      expect(answer.data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
        [0, 16],
        [1, 16],
        [2, 16],
      ]);
      expect(answer.usage.prompt_tokens).toBeGreaterThan(0);
    });

    test('what is too much is refused by name', async () => {
      const input = Array.from({ length: 3_000 }, () => 'x');
      await expect(client().embeddings.create({ model, input })).rejects.toMatchObject({ status: 400, param: 'input' });
      const ask = { model, input: 'x', dimensions: 'many' as unknown as number };
      await expect(client().embeddings.create(ask)).rejects.toMatchObject({ status: 400, param: 'dimensions' });
    });
  });

  test('tokens instead of texts go only where they can be told', async () => {
    const input = [[1, 2, 3]];
    expect((await client().embeddings.create({ model: MODELS.openai, input })).data).toHaveLength(1);
    for (const model of [MODELS.gemini, MODELS.cohere])
      await expect(client().embeddings.create({ model, input })).rejects.toMatchObject({ status: 400, param: 'input' });
  });

  test('refusals are the SDK’s own', async () => {
    const input = 'x';
    await expect(client('tg_wrong').embeddings.create({ model: MODELS.openai, input })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    await expect(client().embeddings.create({ model: 'nope', input })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(client().embeddings.create({ model: 'gpt-4o-mini', input })).rejects.toMatchObject({
      status: 400,
      param: 'model',
    });
    await expect(client().embeddings.create({ model: MODELS.openai, input: '' })).rejects.toMatchObject({
      status: 400,
    });
    five.takeRefusals();
  });
});
