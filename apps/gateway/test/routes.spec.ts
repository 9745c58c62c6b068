import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';

import { complete, failWith, hang, slowly, type Script } from './fake-openai.js';
import { until } from './running-product.js';
import { SHARED_MODEL, TwoDeployments } from './two-deployments.js';

const BIG_MODEL = 'gpt-4o';

const tooLong: Script = failWith(400, {
  message: "This model's maximum context length is 128000 tokens.",
  type: 'invalid_request_error',
  code: 'context_length_exceeded',
});
const filtered: Script = failWith(400, {
  message: 'The response was filtered.',
  type: 'invalid_request_error',
  code: 'content_filter',
});

describe('routes', () => {
  let pair: TwoDeployments;

  beforeAll(async () => {
    pair = await TwoDeployments.start();
    await pair.product.manage('POST', '/deployments', {
      providerCredentialId: pair.credentials.second,
      model: BIG_MODEL,
      upstreamModel: BIG_MODEL,
      region: 'eu',
    });
    await pair.untilServed(BIG_MODEL);
  }, 90_000);

  afterEach(() => {
    pair.first.scriptAlways(null);
    pair.second.scriptAlways(null);
  });

  afterAll(() => pair.stop(), 60_000);

  const asked = (): [first: number, second: number] => [pair.first.requests.length, pair.second.requests.length];
  const since = ([first, second]: [number, number]): [number, number] => {
    const now = asked();
    return [now[0] - first, now[1] - second];
  };

  /** What the books say of a request beside its own answer. */
  async function wastedParts(requestId: string, expected: number) {
    const request = await pair.product.booked(requestId);
    const uuid = 'SELECT * FROM usage_event WHERE request_id = $1::uuid AND part > 0 ORDER BY part';
    const { rows: own } = await pair.product.pool.query<{ id: string }>(
      'SELECT request_id AS id FROM usage_event WHERE occurred_at = $1 AND part = 0',
      [request['occurred_at']],
    );
    let rows: Record<string, unknown>[] = [];
    await until(
      async () => {
        rows = (await pair.product.pool.query(uuid, [own[0]?.id])).rows as Record<string, unknown>[];
        return rows.length >= expected;
      },
      () => `${rows.length} wasted parts instead of ${expected}`,
    );
    return rows;
  }

  test('one name leads the simple to a cheap model and the complex to a powerful one', async () => {
    await pair.createRoute('smart', {
      targets: [
        { model: BIG_MODEL, when: { minInputTokens: 500 } },
        { model: BIG_MODEL, when: { tags: ['complex'] } },
        { model: SHARED_MODEL },
      ],
    });
    const simple = await pair.ask({ model: 'smart' });
    expect(simple.response.headers.get('x-tollgate-model')).toBe(SHARED_MODEL);
    const complex = await pair.ask({ model: 'smart', messages: [{ role: 'user', content: 'word '.repeat(600) }] });
    expect(complex.response.headers.get('x-tollgate-model')).toBe(BIG_MODEL);
    const tagged = await pair.ask({ model: 'smart' }, { headers: { 'x-tollgate-tags': 'complex' } });
    expect(tagged.response.headers.get('x-tollgate-model')).toBe(BIG_MODEL);
    const booked = await pair.product.booked(complex.requestId);
    expect(booked).toMatchObject({ requested_model: 'smart', attempts: [{ upstreamModel: BIG_MODEL }] });
    // what an attempt cost us is none of the developer's business
    expect(JSON.stringify(booked['attempts'])).not.toContain('cost');
    expect(booked['routing']).toMatchObject({
      strategy: 'balanced',
      reason: 'best',
      candidates: [
        { upstreamModel: BIG_MODEL, excluded: null },
        { upstreamModel: SHARED_MODEL, excluded: null },
        { upstreamModel: SHARED_MODEL, excluded: null },
      ],
    });
  });

  test('weights are kept, a canary gets its share', async () => {
    await pair.createRoute('weighted', {
      strategy: 'weighted',
      sticky: false,
      targets: [
        { model: BIG_MODEL, weight: 1 },
        { model: SHARED_MODEL, weight: 3 },
      ],
    });
    await pair.createRoute('with-canary', {
      targets: [{ model: SHARED_MODEL }],
      canary: { model: BIG_MODEL, percent: 50 },
    });
    const count = async (model: string) => {
      const answers = await Promise.all(Array.from({ length: 60 }, () => pair.ask({ model })));
      return answers.filter(({ response }) => response.headers.get('x-tollgate-route-reason') === 'canary').length;
    };
    const canaries = await count('with-canary');
    expect(canaries).toBeGreaterThan(10);
    expect(canaries).toBeLessThan(50);
  });

  test('a model list of the request is a list of fallbacks, for an SDK too, within what the key may use', async () => {
    pair.first.scriptAlways(failWith(500, { message: 'x', type: 'server_error', code: null }));
    pair.second.scriptAlways((request, response) =>
      request.json['model'] === BIG_MODEL
        ? complete(request, response)
        : failWith(500, { message: 'x', type: 'server_error', code: null })(request, response),
    );
    const client = new OpenAI({ baseURL: pair.product.baseUrl, apiKey: pair.product.apiKey, maxRetries: 0 });
    const body = {
      model: SHARED_MODEL,
      messages: [{ role: 'user' as const, content: 'Hi' }],
      models: [SHARED_MODEL, BIG_MODEL],
    };
    const { data, response } = await client.chat.completions.create(body).withResponse();
    expect(data.model).toContain(BIG_MODEL);
    expect(response.headers.get('x-tollgate-route-reason')).toBe('fallback-overload');
    // nothing of the list goes on: the stand-in refuses parameters that it does not know
    expect(pair.second.problems).toEqual([]);
    const narrow = await pair.createKey({ modelAllowlist: [SHARED_MODEL] });
    const refused = await pair.ask({ models: [BIG_MODEL] }, { key: narrow.secret });
    expect([refused.response.status, refused.json]).toMatchObject([404, { error: { code: 'model_not_found' } }]);
    const byHeader = await pair.ask({}, { headers: { 'x-tollgate-models': BIG_MODEL } });
    expect(byHeader.response.headers.get('x-tollgate-model')).toBe(BIG_MODEL);
  });

  test('a fallback is asked at once when nothing of the route can be', async () => {
    const nowhere = {
      provider: 'openai',
      name: 'Nowhere',
      secret: 'sk-nowhere-0123456789',
      baseUrl: 'http://127.0.0.1:9/v1',
    };
    const { id } = await pair.product.manage('POST', '/provider-credentials', nowhere);
    await pair.product.manage('POST', '/deployments', {
      providerCredentialId: id,
      model: 'dead',
      upstreamModel: 'dead',
    });
    await pair.createRoute('dead-first', { targets: [{ model: 'dead' }], fallbacks: { overload: [SHARED_MODEL] } });
    const first = await pair.ask({ model: 'dead-first' });
    expect([first.response.status, first.response.headers.get('x-tollgate-attempts')]).toEqual([200, '2']);
    expect((await pair.product.booked(first.requestId))['routing']).toMatchObject({
      reason: 'only',
      candidates: [{ upstreamModel: 'dead' }],
    });
    // five faults in a row open its circuit
    for (let i = 0; i < 4; i++) await pair.ask({ model: 'dead-first' });
    const later = await pair.ask({ model: 'dead-first' });
    expect([
      later.response.headers.get('x-tollgate-attempts'),
      later.response.headers.get('x-tollgate-route-reason'),
    ]).toEqual(['1', 'fallback-overload']);
  });

  test.each([
    ['context-length', tooLong],
    ['content-filter', filtered],
  ])('a fallback for %s is asked for that cause only', async (cause, script) => {
    const name = `falls-back-${cause}`;
    await pair.createRoute(name, { targets: [{ model: SHARED_MODEL }], fallbacks: { [cause]: [BIG_MODEL] } });
    pair.first.scriptAlways(script);
    const { response } = await pair.ask({ model: name });
    expect([response.status, response.headers.get('x-tollgate-route-reason')]).toEqual([200, `fallback-${cause}`]);
    expect(response.headers.get('x-tollgate-model')).toBe(BIG_MODEL);
    pair.first.scriptAlways(failWith(400, { message: 'no', type: 'invalid_request_error', code: null }));
    expect((await pair.ask({ model: name })).response.status).toBe(400);
  });

  test('constraints of request, key and route hold together, and say so when nothing is left', async () => {
    const eu = await pair.ask({ model: BIG_MODEL }, { headers: { 'x-tollgate-regions': 'eu' } });
    expect(eu.response.status).toBe(200);
    const us = await pair.ask({ model: BIG_MODEL }, { headers: { 'x-tollgate-regions': 'us' } });
    expect([us.response.status, us.json]).toMatchObject([
      400,
      { error: { message: expect.stringContaining('regions') } },
    ]);
    const cheap = await pair.ask({ model: BIG_MODEL }, { headers: { 'x-tollgate-max-price': '0.01' } });
    expect(cheap.response.status).toBe(400);
    const wrong = await pair.ask({}, { headers: { 'x-tollgate-max-price': 'cheap' } });
    expect([wrong.response.status, wrong.json]).toMatchObject([400, { error: { param: 'x-tollgate-max-price' } }]);
    // the stand-ins are at private addresses, and the vendor is not
    const vendor = { provider: 'openai', name: 'The vendor', secret: 'sk-vendor-0123456789abcdefghijklm' };
    const { id } = await pair.product.manage('POST', '/provider-credentials', vendor);
    const faraway = { providerCredentialId: id, model: 'faraway', upstreamModel: BIG_MODEL };
    await pair.product.manage('POST', '/deployments', faraway);
    await pair.untilServed('faraway');
    const local = await pair.createKey({ constraints: { residency: 'local-only' } });
    const refused = await pair.ask({ model: 'faraway' }, { key: local.secret });
    expect([refused.response.status, refused.json]).toMatchObject([
      400,
      { error: { tollgate: { code: 'policy_constraints_unmet' }, message: expect.stringContaining('residency') } },
    ]);
    expect((await pair.ask({}, { key: local.secret })).response.status).toBe(200);
    await pair.createRoute('only-eu', {
      targets: [{ model: SHARED_MODEL }, { model: BIG_MODEL }],
      constraints: { regions: ['eu'] },
    });
    const routed = await pair.ask({ model: 'only-eu' });
    expect(routed.response.headers.get('x-tollgate-model')).toBe(BIG_MODEL);
    const booked = await pair.product.manage('GET', `/requests/${routed.requestId}`).catch(() => null);
    expect(booked === null || 'routing' in booked).toBe(true);
  });

  test('a hedge answers when the first does not begin, and what the first cost is ours', async () => {
    await pair.createRoute('hedged', { strategy: 'priority', targets: [{ model: SHARED_MODEL }], hedgeAfterMs: 80 });
    for (const stream of [false, true]) {
      pair.first.scriptAlways(hang);
      const before = asked();
      const began = performance.now();
      const response = await fetch(`${pair.product.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${pair.product.apiKey}` },
        body: JSON.stringify({ model: 'hedged', stream, messages: [{ role: 'user', content: 'Hi' }] }),
      });
      const text = await response.text();
      expect([response.status, text.includes(' metered') || text.includes('are metered')]).toEqual([200, true]);
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(response.headers.get('x-tollgate-route-reason')).toBe('hedged');
      expect(since(before)).toEqual([1, 1]);
      // its connection was closed, not left hanging
      expect(await pair.first.last.closed).toEqual({ complete: false });
      const booked = await pair.product.booked(response.headers.get('x-request-id') ?? '');
      expect(booked).toMatchObject({ outcome: 'success' });
      expect(booked['attempts']).toHaveLength(2);
    }
  }, 60_000);

  test('a hedge that is not needed is not sent, and one that loses is thrown away', async () => {
    const patient = { strategy: 'priority', targets: [{ model: SHARED_MODEL }], hedgeAfterMs: 5_000 };
    await pair.createRoute('hedged-late', patient);
    const before = asked();
    await pair.ask({ model: 'hedged-late' });
    expect(since(before)).toEqual([1, 0]);
    // the second is asked, and is slower
    pair.first.scriptAlways(slowly(25));
    pair.second.scriptAlways(slowly(200));
    const { response, json } = await pair.ask({ model: 'hedged' });
    expect(response.headers.get('x-tollgate-route-reason')).not.toBe('hedged');
    expect(JSON.stringify(json)).toContain('Tolls are metered');
    expect(since(before)).toEqual([2, 1]);
  }, 30_000);

  test('a shadow is asked beside the answer, at nobody’s expense but ours', async () => {
    await pair.createRoute('shadowed', {
      targets: [{ model: SHARED_MODEL }],
      shadow: { model: BIG_MODEL, percent: 100 },
    });
    const { response, requestId } = await pair.ask({ model: 'shadowed' });
    expect(response.headers.get('x-tollgate-model')).toBe(SHARED_MODEL);
    const [copy, ...more] = await wastedParts(requestId, 1);
    expect(more).toEqual([]);
    expect(copy).toMatchObject({ outcome: 'shadow_copy', upstream_model: BIG_MODEL, charge: 'waste' });
    expect(Number(copy?.['billed_cost'])).toBe(0);
    expect(Number(copy?.['provider_cost'])).toBeGreaterThan(0);
  });

  test('a deployment that is drained gets nothing new', async () => {
    await pair.change(`/deployments/${pair.ids.first}`, { drained: true });
    await until(
      async () => {
        const before = asked();
        await pair.ask({});
        return since(before)[0] === 0;
      },
      () => 'the drained deployment is still asked',
    );
    const before = asked();
    for (let i = 0; i < 5; i++) expect((await pair.ask({})).response.status).toBe(200);
    expect(since(before)).toEqual([0, 5]);
    await pair.change(`/deployments/${pair.ids.second}`, { drained: true });
    let status = 200;
    let json: Record<string, unknown> = {};
    await until(
      async () => {
        const answer = await pair.ask({});
        ({ json } = answer);
        return (status = answer.response.status) !== 200;
      },
      () => 'drained deployments still answer',
    );
    expect([status, json]).toMatchObject([503, { error: { tollgate: { code: 'gateway_deployments_drained' } } }]);
    await pair.change(`/deployments/${pair.ids.first}`, { drained: false });
    await pair.change(`/deployments/${pair.ids.second}`, { drained: false });
    await until(
      async () => (await pair.ask({})).response.ok,
      () => 'the deployments do not come back',
    );
  }, 60_000);

  test('a budget that is nearly used up leads to a cheaper model, then slows down, then ends', async () => {
    await pair.createRoute('laddered', {
      strategy: 'priority',
      targets: [{ model: BIG_MODEL }],
      fallbacks: { budget: [SHARED_MODEL] },
    });
    // one answer of the big model costs 1,200 input tokens, most of them cached, and 80 of output
    const key = await pair.createKey({
      monthlyBudget: { amount: '0.02', currency: 'USD' },
      budgetLadder: [
        { percent: 50, action: 'cheaper-model' },
        { percent: 70, action: 'throttle', requestsPerMinute: 1 },
      ],
    });
    const seen = new Set<string>();
    let last: Awaited<ReturnType<TwoDeployments['ask']>> | null = null;
    for (let i = 0; i < 200; i++) {
      last = await pair.ask({ model: 'laddered', max_tokens: 100 }, { key: key.secret });
      if (last.response.status !== 200) break;
      seen.add(
        `${String(last.response.headers.get('x-tollgate-model'))} ${String(last.response.headers.get('x-tollgate-route-reason'))}`,
      );
    }
    expect([...seen]).toEqual([`${BIG_MODEL} only`, `${SHARED_MODEL} downgraded`]);
    expect(last?.response.status).toBe(429);
    const { error } = last?.json as { error: { tollgate: { refusal: Record<string, unknown> } } };
    expect(error.tollgate.refusal).toMatchObject({
      limit: 'throttle',
      scope: 'api_key',
      spent: expect.any(String),
      held: expect.any(String),
      available: expect.any(String),
      resetsAt: expect.any(String),
    });
  }, 60_000);

  test('a raise holds until it expires', async () => {
    const key = await pair.createKey({ monthlyBudget: { amount: '0.000001', currency: 'USD' } });
    const ask = async () => (await pair.ask({ max_tokens: 10 }, { key: key.secret })).response.status;
    expect(await ask()).toBe(402);
    const { budgetId } = await pair.product.manage('GET', `/api-keys/${key.id}`);
    const raise = {
      amount: '1',
      currency: 'USD',
      expiresAt: new Date(Date.now() + 4_000).toISOString(),
      reason: 'The launch',
    };
    await pair.product.manage('POST', `/budgets/${String(budgetId)}/raises`, raise, { 'idempotency-key': 'launch' });
    await until(
      async () => (await ask()) === 200,
      () => 'the raise does not arrive',
    );
    await until(
      async () => (await ask()) === 402,
      () => 'the raise does not expire',
    );
  }, 60_000);

  test('OpenAI’s headers tell what is left of the limits per minute', async () => {
    const key = await pair.createKey({ rateLimit: { requestsPerMinute: 2, tokensPerMinute: null, concurrency: null } });
    const first = await pair.ask({}, { key: key.secret });
    expect(first.response.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.response.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(first.response.headers.get('x-ratelimit-reset-requests')).toMatch(/^[\d.]+m?s$/);
    await pair.ask({}, { key: key.secret });
    const refused = await pair.ask({}, { key: key.secret });
    expect(refused.response.status).toBe(429);
    expect(refused.response.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(refused.response.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});
