import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { complete, FakeOpenAi, slowly } from './fake-openai.js';
import { RunningProduct } from './running-product.js';

interface Refused {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly tollgate: { readonly code: string; readonly refusal?: Record<string, string | null> };
  };
}

const UNLIMITED = { requestsPerMinute: null, tokensPerMinute: null, concurrency: null };

/** What a key may do and spend: hard, at once, and explained when it says no. */
describe('limits of a key', () => {
  let product: RunningProduct;
  let provider: FakeOpenAi;
  let projectId: string;
  let organizationId: string;

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    product = await RunningProduct.start({
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
    const { rows } = await product.pool.query<{ id: string; organization_id: string }>(
      'SELECT id, organization_id FROM project',
    );
    projectId = rows[0]?.id ?? '';
    organizationId = rows[0]?.organization_id ?? '';
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  });

  let keys = 0;
  async function createKey(settings: Record<string, unknown>): Promise<{ id: string; secret: string }> {
    const key = await product.manage('POST', `/projects/${projectId}/api-keys`, {
      name: `limits ${++keys}`,
      modelAllowlist: ['*'],
      ...settings,
    });
    return { id: String(key['id']), secret: String(key['secret']) };
  }

  async function call(
    secret: string,
    fields: Record<string, unknown> = {},
  ): Promise<{ status: number; headers: Headers; body: Refused }> {
    const response = await fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'hi' }],
        max_tokens: 100,
        ...fields,
      }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Refused };
  }

  test('an allowlist denies what it does not list, exactly as if it did not exist', async () => {
    const { secret } = await createKey({ modelAllowlist: ['gpt-4o', 'sandbox/*'] });
    const denied = await call(secret);
    const missing = await call(secret, { model: 'gpt-4o-mini-x' });
    expect([denied.status, missing.status]).toEqual([404, 404]);
    expect(denied.body.error.message.replace('gpt-4o-mini', 'M')).toBe(
      missing.body.error.message.replace('gpt-4o-mini-x', 'M'),
    );
    expect((await call(secret, { model: 'gpt-4o' })).status).toBe(200);
    expect((await call(secret, { model: 'sandbox/echo' })).status).toBe(200);
  });

  test('a key without an allowlist is refused by the management API', async () => {
    await expect(product.manage('POST', `/projects/${projectId}/api-keys`, { name: 'no list' })).rejects.toThrow(
      /422|400/,
    );
  });

  test('an expired key says that it has expired', async () => {
    const { secret, id } = await createKey({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await call(secret)).status).toBe(200);
    await product.pool.query("UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
    const refused = await until(
      async () => call(secret),
      ({ status }) => status === 401,
    );
    expect(refused.body.error.message).toMatch(/expired/);
  });

  test('a revoked key stops working everywhere within a second', async () => {
    const { secret, id } = await createKey({});
    expect((await call(secret)).status).toBe(200);
    await product.manage('POST', `/api-keys/${id}/revocations`, {});
    const revokedAt = Date.now();
    await until(
      () => call(secret),
      ({ status }) => status === 401,
    );
    expect(Date.now() - revokedAt).toBeLessThan(1_000);
  });

  test('requests per minute: a 429 that says what, how much and when', async () => {
    const { secret } = await createKey({ rateLimit: { ...UNLIMITED, requestsPerMinute: 3 } });
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await call(secret));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
    const refused = answers[3];
    expect(refused?.body.error).toMatchObject({
      code: 'rate_limit_exceeded',
      tollgate: { code: 'policy_rate_limited', refusal: { scope: 'api_key', limit: 'requests', limitValue: '3' } },
    });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused?.headers.get('x-should-retry')).toBe('true');
  });

  test('concurrency: the request too many is refused, and the place is free again afterwards', async () => {
    const { secret } = await createKey({ rateLimit: { ...UNLIMITED, concurrency: 2 } });
    provider.scriptAlways(async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await complete(request, response);
    });
    const statuses = (await Promise.all([call(secret), call(secret), call(secret)])).map(({ status }) => status);
    provider.scriptAlways(null);
    expect(statuses.sort()).toEqual([200, 200, 429]);
    expect((await call(secret)).status).toBe(200);
  });

  test('under a budget, a service tier without a price is refused, and one with a price is held for', async () => {
    const { secret } = await createKey({ monthlyBudget: { amount: '5.000000000000', currency: 'USD' } });
    const refused = await call(secret, { service_tier: 'flex' });
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain('no price at the service tier "flex"');
    expect((await call(secret, { service_tier: 'priority' })).status).toBe(200);
    const { secret: small } = await createKey({ monthlyBudget: { amount: '0.000050000000', currency: 'USD' } });
    // 126 bytes at 0.25 and 100 tokens at 1.00 for a million; without a tier, that is the dearest; then 0.15 and 0.60
    const upTo = async (fields: object): Promise<string | undefined> =>
      /up to ([\d.]+) USD/.exec((await call(small, { ...fields })).body.error.message)?.[1];
    expect(await upTo({ service_tier: 'priority' })).toBe('0.000131500');
    expect(Number(await upTo({}))).toBeGreaterThan(0.0001);
    expect(await upTo({ service_tier: 'default' })).toBe('0.000078750');
  });

  test('a hard budget is hard: many at once never spend more, and little of it is left', async () => {
    // one answer costs 151.2 µ$; 100 of them fit into 0.01512 $
    const { secret } = await createKey({ monthlyBudget: { amount: '0.015120000000', currency: 'USD' } });
    const statuses: number[] = [];
    for (let round = 0; round < 40 && statuses.filter((status) => status === 402).length < 60; round++) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => call(secret)));
      statuses.push(...answers.map(({ status }) => status));
    }
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    const key = (await (
      await fetch(`${product.baseUrl}/key`, { headers: { authorization: `Bearer ${secret}` } })
    ).json()) as {
      scopes: { scope: string; budget: { limit: string; spent: string; held: string } }[];
    };
    const budget = key.scopes.find(({ scope }) => scope === 'api_key')?.budget;
    expect(Number(budget?.spent)).toBeLessThanOrEqual(0.01512);
    expect(Number(budget?.spent)).toBeGreaterThan(0.95 * 0.01512);
    expect(Number(budget?.held)).toBe(0);
    const refused = await call(secret, { max_tokens: 10_000 });
    expect(refused.body.error).toMatchObject({
      code: 'insufficient_quota',
      tollgate: { refusal: { scope: 'api_key', limit: 'budget', limitValue: '0.015120000' } },
    });
    expect(refused.headers.get('x-should-retry')).toBe('false');
  }, 60_000);

  test('under a budget a request without a cap gets one, under the name that its model takes', async () => {
    const { secret } = await createKey({ monthlyBudget: { amount: '5', currency: 'USD' } });
    await call(secret, { max_tokens: undefined });
    expect(provider.last.json['max_tokens'] ?? provider.last.json['max_completion_tokens']).toBe(16_384);
    await call(secret, { model: 'o3-mini', max_tokens: undefined });
    expect(provider.last.json['max_completion_tokens']).toBe(16_384);
    expect(provider.last.json['max_tokens']).toBeUndefined();
  });

  test('a budget of the organization holds for every key of it, with money that was spent before it was set', async () => {
    const { secret } = await createKey({});
    expect((await call(secret)).status).toBe(200);
    const organization = await product.manage('GET', `/organizations/${organizationId}`);
    await product.manage(
      'PATCH',
      `/organizations/${organizationId}`,
      { monthlyBudget: { amount: '0.000001', currency: 'USD' } },
      { 'if-match': String(organization['version']) },
    );
    const refused = await until(
      () => call(secret),
      ({ status }) => status === 402,
    );
    expect(refused.body.error.tollgate.refusal).toMatchObject({ scope: 'organization' });
    const changed = await product.manage('GET', `/organizations/${organizationId}`);
    await product.manage(
      'PATCH',
      `/organizations/${organizationId}`,
      { monthlyBudget: null },
      { 'if-match': String(changed['version']) },
    );
    await until(
      () => call(secret),
      ({ status }) => status === 200,
    );
  });

  test('a stream that is refused is refused with a status, not inside the stream', async () => {
    const { secret } = await createKey({ rateLimit: { ...UNLIMITED, requestsPerMinute: 1 } });
    provider.script(slowly(1));
    const first = await fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
    });
    expect(await first.text()).toContain('[DONE]');
    expect((await call(secret, { stream: true })).status).toBe(429);
  });

  async function until<T>(attempt: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
    for (const deadline = Date.now() + 5_000; ;) {
      const value = await attempt();
      if (good(value)) return value;
      if (Date.now() > deadline) throw new Error(`never: ${JSON.stringify(value)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
