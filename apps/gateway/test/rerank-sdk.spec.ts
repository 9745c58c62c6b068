import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';

import { FiveProviders } from './five-providers.js';

const model = 'rerank-v3.5';
const documents = ['first', 'second', 'third'];

/** Reranking as Cohere's SDK asks for it, in both of its versions, and as Jina's users write it. */
describe('rerank', () => {
  let five: FiveProviders;

  beforeAll(async () => {
    five = await FiveProviders.start();
  }, 90_000);

  afterAll(() => five.stop());

  afterEach(() => {
    expect(five.takeRefusals()).toEqual([]);
  });

  const v1 = (token = five.product.apiKey): CohereClient =>
    new CohereClient({ token, environment: five.product.origin, maxRetries: 0 });
  const v2 = (token = five.product.apiKey): CohereClientV2 =>
    new CohereClientV2({ token, environment: five.product.origin, maxRetries: 0 });

  test('version 2', async () => {
    const { data, rawResponse } = await v2().rerank({ model, query: 'What?', documents, topN: 2 }).withRawResponse();
    expect(data.results.map(({ index }) => index)).toEqual([2, 1]);
    expect(data.meta?.billedUnits?.searchUnits).toBe(1);
    const booked = await five.booked(rawResponse.headers.get('x-request-id'));
    expect(booked).toMatchObject({ outcome: 'success', named: 'rerank rerank-v2 rerank', usage: { search_unit: 1 } });
    expect(booked.cost).toBeGreaterThan(0);
  });

  test('version 1, with documents given back', async () => {
    const answer = await v1().rerank({ model, query: 'What?', documents, topN: 2, returnDocuments: true });
    expect(answer.results.map(({ index, document }) => [index, document?.text])).toEqual([
      [2, 'third'],
      [1, 'second'],
    ]);
    const objects = documents.map((text) => ({ text }));
    expect((await v1().rerank({ model, query: 'What?', documents: objects })).results).toHaveLength(3);
  });

  test('as Jina has it', async () => {
    const response = await fetch(`${five.product.baseUrl}/rerank`, {
      method: 'POST',
      headers: { authorization: `Bearer ${five.product.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, query: 'What?', documents, top_n: 1, return_documents: true }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    expect([response.status, answer]).toEqual([
      200,
      expect.objectContaining({
        object: 'list',
        model,
        results: [{ index: 2, relevance_score: expect.any(Number), document: { text: 'third' } }],
      }),
    ]);
  });

  test('refusals are the SDK’s own', async () => {
    const ask = { model, query: 'What?', documents };
    for (const rerank of [
      (token?: string, more = {}) => v1(token).rerank({ ...ask, ...more }),
      (token?: string, more = {}) => v2(token).rerank({ ...ask, ...more }),
    ]) {
      await expect(rerank('tg_wrong')).rejects.toBeInstanceOf(CohereError);
      await expect(rerank(undefined, { model: 'nope' })).rejects.toMatchObject({ statusCode: 404 });
      await expect(rerank(undefined, { model: 'gpt-4o-mini' })).rejects.toMatchObject({ statusCode: 400 });
      await expect(rerank(undefined, { topN: 0 })).rejects.toMatchObject({
        statusCode: 400,
        message: expect.stringContaining('top_n'),
      });
      await expect(rerank(undefined, { documents: [] })).rejects.toMatchObject({
        statusCode: 400,
        message: expect.stringContaining('documents'),
      });
    }
  });
});
