import { parsePicos } from '@tollgate/domain';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { FakeOpenAi } from './fake-openai.js';
import { RunningProduct, until } from './running-product.js';

interface Booked {
  readonly list: string;
  readonly cost: string;
  readonly billed: string;
  readonly captured: string | null;
  readonly hold: string;
  readonly owner: string;
  readonly markups: readonly number[];
}

/** An organization that brings its own credential: the provider costs us nothing, and our fee is a share of the list. */
describe('an own credential', () => {
  let provider: FakeOpenAi;
  let product: RunningProduct;

  beforeAll(async () => {
    [provider, product] = await Promise.all([FakeOpenAi.start(), RunningProduct.start()]);
    const organizations = await product.manage('GET', '/organizations');
    const [{ id: organizationId }] = organizations['data'] as [{ id: string }];
    await publishFee(organizationId);
    const { baseUrl, apiKey: secret } = provider;
    const draft = { provider: 'openai', name: 'Their own', baseUrl, secret };
    const credential = await product.manage('POST', '/provider-credentials', draft);
    // an organization's own is asked over https only, which the vendor of a test does not speak
    await product.pool.query('UPDATE provider_credential SET organization_id = $2 WHERE id = $1', [
      ...[credential['id'], organizationId],
    ]);
    await product.manage('POST', '/deployments', {
      ...{ providerCredentialId: credential['id'], organizationId },
      ...{ model: 'gpt-4o-mini', upstreamModel: 'gpt-4o-mini' },
    });
    await limitKey(organizationId);
    await until(
      async () => (await ask()).status === 200,
      () => 'not served',
    );
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  }, 60_000);

  /** A book of its own with a price that it would pay on our credential, and a fee of 5 %. */
  async function publishFee(organizationId: string): Promise<void> {
    const book = await product.manage('POST', '/price-books', { name: 'Contract', organizationId });
    const price = { provider: 'openai', model: 'gpt-4o-mini', meter: 'input', amount: '99', per: 1_000_000 };
    const draft = await product.manage('POST', `/price-books/${String(book['id'])}/drafts`, {
      ...{ name: 'Fee', changes: { setPrices: [price], platformFeeBasisPoints: 500, markupBasisPoints: 2_000 } },
    });
    const headers = { 'if-match': `"${String(draft['version'])}"` };
    await product.manage('POST', `/price-drafts/${String(draft['id'])}/publications`, {}, headers);
  }

  /** With a budget on the key, each request holds what it may cost. */
  async function limitKey(organizationId: string): Promise<void> {
    const keys = await product.manage('GET', `/organizations/${organizationId}/api-keys`);
    const [key] = keys['data'] as [{ id: string; version: number }];
    const body = { monthlyBudget: { amount: '5', currency: 'USD' } };
    await product.manage('PATCH', `/api-keys/${key.id}`, body, { 'if-match': `"${key.version}"` });
  }

  function ask(): Promise<Response> {
    return fetch(`${product.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 50, messages: [{ role: 'user', content: 'Hi there' }] }),
    });
  }

  test('costs us nothing, is charged the fee on the list price, and was held for no more than that', async () => {
    const response = await ask();
    const answer = (await response.json()) as { usage: { prompt_tokens: number; completion_tokens: number } };
    await product.booked(response.headers.get('x-request-id') ?? '');
    const { pool } = product;
    const { rows } = await pool.query<Booked>(
      `SELECT e.list_cost AS list, e.provider_cost AS cost, e.billed_cost AS billed, e.captured_cost AS captured, e.hold,
              e.credential_owner AS owner,
              (SELECT array_agg(l.markup_basis_points) FROM rated_line l WHERE l.request_id = e.request_id) AS markups
       FROM usage_event e WHERE e.credential_owner IS NOT NULL ORDER BY e.occurred_at DESC LIMIT 1`,
    );
    const [event] = rows;
    if (event === undefined) throw new Error('nothing is booked');
    const { prompt_tokens: input, completion_tokens: output } = answer.usage;
    // the list of gpt-4o-mini: 0.15 and 0.60 dollars for a million
    const list = BigInt(input) * 150_000n + BigInt(output) * 600_000n;
    expect(event).toMatchObject({ owner: 'organization', cost: '0.000000000000' });
    expect(parsePicos(event.list)).toBe(list);
    expect(parsePicos(event.billed)).toBe((list * 5n) / 100n);
    expect(event.captured === null ? null : parsePicos(event.captured)).toBe(parsePicos(event.billed));
    expect(new Set(event.markups)).toEqual(new Set([-9_500]));
    const hold = parsePicos(event.hold);
    expect(hold).toBeGreaterThanOrEqual(parsePicos(event.billed));
    // 50 tokens out, and some hundreds of bytes in, at 5 % of the list: the 99 dollars of the contract are not held
    expect(hold).toBeLessThan(50n * 30_000n + 1_000n * 7_500n);
  });
});
