import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { type ManagedResource, RunningProduct, until } from './running-product.js';

const OFFICE = '203.0.113.0/24';
const HERE = '203.0.113.9';
const ELSEWHERE = '198.51.100.7';
const QUESTION = { model: 'sandbox/echo', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] };

interface Called {
  readonly status: number;
  readonly body: ManagedResource;
  readonly text: string;
}

/** The test stands for a proxy that is trusted: it says where a request came from. */
describe('a key with ranges of addresses', () => {
  let product: RunningProduct;
  let key: string;
  let apiKeyId: string;
  let organizationId: string;

  beforeAll(async () => {
    product = await RunningProduct.start({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
    const organization = await product.manage('POST', '/organizations', { name: 'Office', slug: 'office' });
    organizationId = String(organization['id']);
    const project = await product.manage('POST', `/organizations/${organizationId}/projects`, { name: 'Web' });
    const body = { name: 'Office only', modelAllowlist: ['*'], ipRanges: [OFFICE, '2001:db8::/32'] };
    const made = await product.manage('POST', `/projects/${String(project['id'])}/api-keys`, body);
    [key, apiKeyId] = [String(made['secret']), String(made['id'])];
    await until(
      async () => (await call('GET', '/v1/models', { from: HERE })).status === 200,
      () => 'the key does not arrive',
    );
  }, 90_000);

  afterAll(() => product.stop(), 60_000);

  interface CallOptions {
    readonly from: string | null;
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
    readonly secret?: string;
  }

  async function call(
    method: string,
    path: string,
    { from, body, headers = {}, secret = key }: CallOptions,
  ): Promise<Called> {
    const forwarded: Record<string, string> = from === null ? {} : { 'x-forwarded-for': from };
    const response = await fetch(product.origin + path, {
      method,
      headers: { authorization: `Bearer ${secret}`, ...forwarded, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) as ManagedResource };
  }

  const ANTHROPIC = { 'anthropic-version': '2023-06-01' };
  const endpoints = [
    ['POST', '/v1/chat/completions', QUESTION, {}],
    ['POST', '/openai/v1/chat/completions', QUESTION, {}],
    ['POST', '/v1/messages', QUESTION, ANTHROPIC],
    ['POST', '/anthropic/v1/messages', QUESTION, ANTHROPIC],
    ['POST', '/v1/messages/count_tokens', QUESTION, ANTHROPIC],
    ['GET', '/v1/models', undefined, {}],
    ['GET', '/v1/models/sandbox/echo', undefined, {}],
    ['GET', '/anthropic/v1/models', undefined, ANTHROPIC],
    ['GET', '/v1/key', undefined, {}],
  ] as const;

  test.each(endpoints)('works from there, and from nowhere else: %s %s', async (method, path, body, headers) => {
    for (const from of [HERE, `::ffff:${HERE}`, '2001:db8::5', `${ELSEWHERE}, ${HERE}`]) {
      expect([from, (await call(method, path, { from, body, headers })).status]).toEqual([from, 200]);
    }
    for (const from of [ELSEWHERE, `${HERE}, ${ELSEWHERE}`, '2001:db9::5', null, 'unknown', '']) {
      const refused = await call(method, path, { from, body, headers });
      expect([from, refused.status]).toEqual([from, 403]);
      expect(refused.text).toContain('policy_address_refused');
    }
  });

  test('leaves a trace where it was tried from elsewhere', async () => {
    await call('POST', '/v1/chat/completions', { from: ELSEWHERE, body: QUESTION });
    const path = `/requests?organizationId=${organizationId}&apiKeyId=${apiKeyId}&failed=true`;
    await until(
      async () => {
        const { data } = (await product.manage('GET', path)) as unknown as { data: { errorCode: string }[] };
        return data.some(({ errorCode }) => errorCode === 'policy_address_refused');
      },
      () => 'the refusal is not among the requests',
    );
  }, 30_000);

  test('tells in the client’s dialect what the gateway sees, and not from where the key works', async () => {
    const openAi = await call('POST', '/v1/chat/completions', { from: ELSEWHERE, body: QUESTION });
    expect(openAi.body).toMatchObject({
      error: {
        type: 'invalid_request_error',
        code: 'policy_address_refused',
        message: expect.stringContaining(ELSEWHERE),
      },
    });
    const anthropic = await call('POST', '/v1/messages', { from: ELSEWHERE, body: QUESTION, headers: ANTHROPIC });
    expect(anthropic.body).toMatchObject({
      type: 'error',
      error: { type: 'permission_error', message: expect.stringContaining(ELSEWHERE) },
    });
    const unreadable = await call('GET', '/v1/models', { from: '<script>' });
    for (const { text } of [openAi, anthropic, unreadable]) {
      expect(text).toContain('TRUSTED_PROXIES');
      expect(text).not.toMatch(/203\.0\.113|2001:db8|script/);
    }
  });

  test('is not found out to be a key by who has another one', async () => {
    const { status } = await call('GET', '/v1/models', { from: ELSEWHERE, secret: `${key.slice(0, -1)}_` });
    expect(status).toBe(401);
  });

  test('leaves keys without ranges alone', async () => {
    const { status } = await call('GET', '/v1/models', { from: ELSEWHERE, secret: product.apiKey });
    expect(status).toBe(200);
  });

  test('follows a change, and leaves no charge behind', async () => {
    const change = (ipRanges: string[], version: number) =>
      product.manage('PATCH', `/api-keys/${apiKeyId}`, { ipRanges }, { 'if-match': `"${version}"` });
    const statusFrom = async (from: string) => (await call('GET', '/v1/models', { from })).status;
    await change([ELSEWHERE], 1);
    await until(
      async () => (await statusFrom(ELSEWHERE)) === 200,
      () => 'the change does not arrive',
    );
    expect(await statusFrom(HERE)).toBe(403);
    await change([], 2);
    await until(
      async () => (await statusFrom(HERE)) === 200,
      () => 'the change does not arrive',
    );
    const refused = await product.pool.query<{ billed: string }>(
      `SELECT sum(billed_cost)::float8::text AS billed FROM usage_event
       WHERE organization_id = $1 AND error_code = 'policy_address_refused'`,
      [organizationId],
    );
    expect(refused.rows).toEqual([{ billed: '0' }]);
  });

  test.each([['10.0.0.0/33'], ['10.0.0'], ['example.com'], ['::1/129'], ['10.0.0.1 '], ['']])(
    'cannot be given the range %j',
    async (range) => {
      const change = product.manage('PATCH', `/api-keys/${apiKeyId}`, { ipRanges: [range] }, { 'if-match': '"3"' });
      await expect(change).rejects.toThrow('/body/ipRanges/0');
    },
  );
});
