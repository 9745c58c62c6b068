import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { FakeOpenAi } from './fake-openai.js';
import { RunningProduct, until } from './running-product.js';

/** Some vendors bill each answer a fee that no usage tells of. */
describe('a model with a fee per request', () => {
  let provider: FakeOpenAi;
  let product: RunningProduct;
  beforeAll(async () => {
    [provider, product] = await Promise.all([FakeOpenAi.start(), RunningProduct.start()]);
    const { baseUrl, apiKey: secret } = provider;
    const credential = await product.manage('POST', '/provider-credentials', {
      provider: 'perplexity',
      name: 'Perplexity',
      baseUrl,
      secret,
    });
    await product.manage('POST', '/deployments', {
      providerCredentialId: credential['id'],
      model: 'sonar',
      upstreamModel: 'sonar',
    });
    await until(
      async () => (await ask(false)).status === 200,
      () => `not served: ${product.output.slice(-2000)}`,
    );
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  }, 60_000);

  function ask(stream: boolean): Promise<Response> {
    return fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sonar', max_tokens: 50, stream, messages: [{ role: 'user', content: 'Hi' }] }),
    });
  }

  test.each([false, true])('is booked with it once for an answer (streamed: %s)', async (stream) => {
    const response = await ask(stream);
    expect(response.status).toBe(200);
    await response.text();
    const booked = await product.booked(response.headers.get('x-request-id') ?? '');
    expect(booked['usage']).toMatchObject({ request: 1 });
    // twelve dollars for a thousand requests, and some tokens
    expect(Number((booked['cost'] as { amount: string }).amount)).toBeGreaterThan(0.012);
  });
});
