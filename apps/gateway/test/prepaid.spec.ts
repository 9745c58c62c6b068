import Anthropic from '@anthropic-ai/sdk';
import { newId } from '@tollgate/domain';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';

import { FakeOpenAi } from './fake-openai.js';
import { balanceOf, createPrepaidTenant, giveCredit, type PrepaidTenant, untilAvailable } from './prepaid-tenant.js';
import { RunningProduct, until } from './running-product.js';

const MODEL = 'gpt-4o';
const OWN_MODEL = 'own-gpt-4o';
/** Three times 16,000 tokens at 17 dollars per million, which is what the dearest service tier costs. */
const DEAR = { model: MODEL, max_tokens: 16_000, n: 3, messages: [{ role: 'user' as const, content: 'Hi' }] };
const CHEAP = { model: MODEL, max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] };

describe('an organization that pays beforehand', () => {
  let product: RunningProduct;
  let provider: FakeOpenAi;
  let tenant: PrepaidTenant;

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    product = await RunningProduct.start({
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
    tenant = await createPrepaidTenant(product);
    await giveCredit(product, tenant.organizationId, { amount: '0.5' });
    await untilAvailable(product, tenant.key, '0.5');
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  }, 60_000);

  test('is told by OpenAI’s SDK what is there and what the request may cost, and is not asked again', async () => {
    let sent = 0;
    const client = new OpenAI({
      apiKey: tenant.key,
      baseURL: product.baseUrl,
      maxRetries: 3,
      fetch: (...request) => {
        sent += 1;
        return fetch(...request);
      },
    });
    const error = await client.chat.completions.create(DEAR).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ status: 402, code: 'insufficient_quota', type: 'insufficient_quota' });
    expect((error as Error).message).toMatch(
      /prepaid balance .* may cost up to 0\.[89]\d+ USD: 0\.500000000 USD are left, of which 0\.000000000 are held .* 0\.500000000 can be used.*have credit added/s,
    );
    expect(sent).toBe(1);
    const refusal = (error as { error: { tollgate: unknown } }).error.tollgate;
    expect(refusal).toMatchObject({
      code: 'policy_balance_exhausted',
      refusal: { scope: 'organization', limit: 'balance', spent: '0.000000000', held: '0.000000000', resetsAt: null },
    });
  });

  test('is told so by Anthropic’s SDK, and in Google’s words', async () => {
    const poor = await createPrepaidTenant(product);
    await until(
      async () => (await balanceOf(product, poor.key)) !== null,
      () => 'the key does not arrive',
    );
    const { model, messages } = CHEAP;
    const anthropic = new Anthropic({ apiKey: poor.key, baseURL: product.origin, maxRetries: 3 });
    const asked = anthropic.messages.create({ model, messages, max_tokens: 10 });
    const error = await asked.catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error).toMatchObject({ status: 402, error: { error: { type: 'billing_error' } } });
    expect((error as Error).message).toContain('0.000000000 USD are left');
    const google = await fetch(`${product.origin}/v1beta/models/${MODEL}:generateContent`, {
      method: 'POST',
      headers: { 'x-goog-api-key': poor.key },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    });
    expect([google.status, google.headers.get('x-should-retry')]).toEqual([402, 'false']);
    expect(await google.json()).toMatchObject({ error: { code: 402, status: 'RESOURCE_EXHAUSTED' } });
    // what costs nothing is served all the same
    const free = await fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${poor.key}` },
      body: JSON.stringify({ ...CHEAP, model: 'sandbox/echo' }),
    });
    expect(free.status).toBe(200);
    await free.text();
  });

  test('sees what it has with its key, and a request without a cap gets one', async () => {
    const before = await balanceOf(product, tenant.key);
    const client = new OpenAI({ apiKey: tenant.key, baseURL: product.baseUrl, maxRetries: 0 });
    await client.chat.completions.create({ model: MODEL, messages: CHEAP.messages });
    expect(provider.last.json).toMatchObject({ max_tokens: 16_384 });
    const after = await balanceOf(product, tenant.key);
    expect(Number(after?.spent)).toBeGreaterThan(Number(before?.spent));
    expect(Number(after?.available)).toBeCloseTo(Number(after?.granted) - Number(after?.spent), 9);
    const postpaid = await balanceOf(product, product.apiKey);
    expect(postpaid).toBeNull();
  });

  test('with a provider account of its own is held for the platform’s share only', async () => {
    const { organizationId, key } = await createPrepaidTenant(product);
    // a name that leads nowhere: what is held is decided before anybody is called
    const account = { provider: 'openai', name: 'Own', baseUrl: 'https://own.invalid/v1', secret: provider.apiKey };
    const { id } = await product.manage('POST', '/provider-credentials', account);
    const served = { providerCredentialId: id, model: OWN_MODEL, upstreamModel: MODEL };
    await product.manage('POST', '/deployments', served);
    const owner = [organizationId, id];
    await product.pool.query('UPDATE provider_credential SET organization_id = $1 WHERE id = $2', owner);
    await product.pool.query('UPDATE deployment SET organization_id = $1 WHERE provider_credential_id = $2', owner);
    await publishFee(500);
    const ask = async (model: string): Promise<number> => {
      const response = await fetch(`${product.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ ...DEAR, model }),
      });
      await response.text();
      return response.status;
    };
    await untilServed(key, OWN_MODEL);
    // not even 5 percent of what the dear one may cost
    await giveCredit(product, organizationId, { amount: '0.03' });
    await untilAvailable(product, key, '0.03');
    expect([await ask(MODEL), await ask(OWN_MODEL)]).toEqual([402, 402]);
    await giveCredit(product, organizationId, { amount: '0.02' });
    await untilAvailable(product, key, '0.05');
    // held, so that only the provider is missing
    expect([await ask(MODEL), await ask(OWN_MODEL)]).toEqual([402, 502]);
    expect(await balanceOf(product, key)).toMatchObject({ held: '0.000000000000', available: '0.050000000000' });
  });

  const untilServed = (key: string, model: string): Promise<void> =>
    until(
      async () => {
        const headers = { authorization: `Bearer ${key}` };
        const response = await fetch(`${product.baseUrl}/models/${model}`, { headers });
        await response.text();
        return response.ok;
      },
      () => `${model} does not arrive: ${product.log.slice(-2000)}`,
    );

  /** A new publication of the default book with a platform fee; gateways hear of it by themselves. */
  async function publishFee(basisPoints: number): Promise<void> {
    const snapshot = newId('priceSnapshot');
    await product.pool.query(
      `WITH book AS (
         UPDATE price_book SET platform_fee_basis_points = $2
         WHERE id = (SELECT default_price_book_id FROM installation) RETURNING id
       )
       INSERT INTO price_book_snapshot (id, price_book_id, sequence, parent_snapshot_id, markup_basis_points,
                                        platform_fee_basis_points, published_by)
       SELECT $1, s.price_book_id, s.sequence + 1, s.parent_snapshot_id, s.markup_basis_points, $2, 'test'
       FROM price_book_snapshot s JOIN book ON book.id = s.price_book_id ORDER BY s.sequence DESC LIMIT 1`,
      [snapshot, basisPoints],
    );
  }
});
