import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { complete, failWith, type Script, slowly } from './fake-openai.js';
import { SHARED_MODEL, TwoDeployments } from './two-deployments.js';

describe('what a fallback list may cost', () => {
  let pair: TwoDeployments;
  const [CHEAP, DEAR] = ['gpt-4.1-nano', 'gpt-4o'];

  beforeAll(async () => {
    pair = await TwoDeployments.start();
    for (const model of [CHEAP, DEAR]) {
      const deployment = { providerCredentialId: pair.credentials.second, model, upstreamModel: model };
      await pair.product.manage('POST', '/deployments', deployment);
      await pair.untilServed(model);
    }
  }, 90_000);

  afterAll(() => pair.stop(), 60_000);

  test('a model that the budget does not cover is not asked after one that it covers has failed', async () => {
    await pair.createRoute('listed', {
      targets: [{ model: SHARED_MODEL }],
      fallbacks: { 'context-length': [CHEAP, DEAR] },
      hedgeAfterMs: 200,
    });
    const tooLong = { message: 'too long', type: 'invalid_request_error', code: 'context_length_exceeded' };
    for (const cheap of [failWith(500, { message: 'x', type: 'server_error', code: null }), slowly(200)]) {
      const key = await pair.createKey({ monthlyBudget: { amount: '0.005', currency: 'USD' } });
      const script: Script = (request, response) => {
        if (request.json['model'] === SHARED_MODEL) return failWith(400, tooLong)(request, response);
        return request.json['model'] === CHEAP ? cheap(request, response) : complete(request, response);
      };
      pair.first.scriptAlways(script);
      pair.second.scriptAlways(script);
      const before = pair.second.requests.length;
      await pair.ask({ model: 'listed', max_tokens: 1_000 }, { key: key.secret });
      const models = pair.second.requests.slice(before).map(({ json }) => json['model']);
      expect(models).toContain(CHEAP);
      expect(models).not.toContain(DEAR);
      // without a budget it is
      const { response } = await pair.ask({ model: 'listed', max_tokens: 1_000 });
      expect([response.status, pair.second.last.json['model']]).toEqual([200, DEAR]);
    }
  }, 60_000);
});
