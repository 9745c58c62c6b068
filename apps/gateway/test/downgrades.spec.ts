import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { complete, failWith } from './fake-openai.js';
import { SHARED_MODEL, TwoDeployments } from './two-deployments.js';

const [DEAR, CHEAP] = ['gpt-4o', 'gpt-4.1-nano'];

describe('a budget that wants a cheaper model', () => {
  let pair: TwoDeployments;
  let key: string;

  beforeAll(async () => {
    pair = await TwoDeployments.start();
    for (const [model, providerCredentialId, region] of [
      [DEAR, pair.credentials.second, 'eu'],
      [CHEAP, pair.credentials.first, 'us'],
    ]) {
      await pair.product.manage('POST', '/deployments', { providerCredentialId, model, upstreamModel: model, region });
      await pair.untilServed(model as string);
    }
    const budgetLadder = [{ percent: 1, action: 'cheaper-model' }];
    ({ secret: key } = await pair.createKey({ monthlyBudget: { amount: '1', currency: 'USD' }, budgetLadder }));
    await pair.createRoute('cheapest', { strategy: 'priority', targets: [{ model: DEAR }, { model: CHEAP }] });
    await pair.createRoute('listed', { targets: [{ model: DEAR }], fallbacks: { budget: [CHEAP] } });
  }, 90_000);

  afterAll(() => pair.stop(), 60_000);

  const served = async (model: string, headers: Readonly<Record<string, string>> = {}) => {
    const { response } = await pair.ask({ model, max_tokens: 4_000 }, { key, headers });
    return [response.status, response.headers.get('x-tollgate-model')];
  };

  test.each(['cheapest', 'listed'])(
    '%s: gets one that the request allows, or the one that it would have had',
    async (name) => {
      expect(await served(name)).toEqual([200, CHEAP]);
      expect(await served(name, { 'x-tollgate-regions': 'eu' })).toEqual([200, DEAR]);
    },
  );

  test.each(['cheapest', 'listed'])('%s: is served while the cheaper one is out of service', async (name) => {
    pair.first.scriptAlways((request, response) =>
      request.json['model'] === SHARED_MODEL
        ? complete(request, response)
        : failWith(401, { message: 'no', type: 'invalid_request_error', code: 'invalid_api_key' })(request, response),
    );
    // finds out that the credential is refused
    await pair.ask({ model: CHEAP });
    expect(await served(name)).toEqual([200, DEAR]);
  });
});
