import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsePicos } from '@tollgate/domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';

import { checkBooks, untilBooked } from './books.js';
import { FakeOpenAi, type Script } from './fake-openai.js';
import { balanceOf, createPrepaidTenant, giveCredit, untilAvailable } from './prepaid-tenant.js';
import { RunningProduct } from './running-product.js';

const CLIENTS = 1_000;
const MODEL = 'gpt-4o';
const MAX_TOKENS = 200;
const MAX_TRIES = 20;

/** An answer that costs what its request could have cost at most, or a little less: usage as a real provider counts it. */
const answer: Script = async (request, response) => {
  await sleep(20 + Math.random() * 60);
  const prompt = Math.ceil(request.body.length / 4);
  const completion = MAX_TOKENS - Math.floor(Math.random() * 20);
  response.writeHead(200, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      id: 'chatcmpl-fake',
      object: 'chat.completion',
      created: 1,
      model: MODEL,
      choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, logprobs: null, finish_reason: 'length' }],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    }),
  );
};

/** The promise that prepayment stands on: however many ask at once, nobody spends what they have not paid. */
describe('1,000 clients at once against a prepaid dollar', () => {
  let product: RunningProduct;
  let provider: FakeOpenAi;

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    provider.scriptAlways(answer);
    product = await RunningProduct.start({
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  }, 60_000);

  /** Whoever is told that waiting helps waits, as SDKs do. Answers the statuses. */
  async function fire(key: string, inTheMiddle: () => Promise<void> = () => Promise.resolve()): Promise<number[]> {
    const dispatcher = new Agent({ connections: CLIENTS });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ model: MODEL, max_tokens: MAX_TOKENS, messages: [{ role: 'user', content: 'Hi' }] });
    const statuses: number[] = [];
    const middle: Promise<void>[] = [];
    const client = async (): Promise<void> => {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const request = {
          origin: product.origin,
          path: '/v1/chat/completions',
          method: 'POST',
          headers,
          body,
        } as const;
        const answered = await dispatcher.request(request).catch(() => null); // the gateway was killed
        if (answered !== null) {
          await answered.body.dump().catch(() => undefined);
          statuses.push(answered.statusCode);
          if (statuses.length >= CLIENTS / 5 && middle.length === 0) middle.push(inTheMiddle());
          if (answered.statusCode === 200 || answered.headers['retry-after'] === undefined) return;
        }
        await sleep(20 + Math.random() * 200);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await Promise.all(middle);
    await dispatcher.close();
    return statuses;
  }

  async function billedTo(organizationId: string): Promise<bigint> {
    const { rows } = await product.pool.query<{ billed: string }>(
      `SELECT coalesce(sum(billed_cost), 0) AS billed FROM usage_event WHERE organization_id = $1`,
      [organizationId],
    );
    return parsePicos(rows[0]?.billed ?? '');
  }

  async function expectWithin(key: string, organizationId: string, usd: string): Promise<void> {
    await untilBooked(product, [], []);
    await checkBooks(product, [], []);
    const billed = await billedTo(organizationId);
    expect(billed).toBeLessThanOrEqual(parsePicos(usd));
    expect(billed).toBeGreaterThanOrEqual((parsePicos(usd) * 95n) / 100n);
    const balance = await balanceOf(product, key);
    expect(parsePicos(balance?.held ?? '1')).toBe(0n);
    expect(parsePicos(balance?.available ?? '-1')).toBeGreaterThanOrEqual(0n);
    console.log(`of ${usd} USD ${String(Number(billed) / 1e12)} were spent`);
  }

  test('never above, and at least 95 cents of it usable', async () => {
    const { organizationId, key } = await createPrepaidTenant(product);
    await giveCredit(product, organizationId, { amount: '1' });
    await untilAvailable(product, key, '1');
    const statuses = await fire(key);
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    await expectWithin(key, organizationId, '1');
  }, 120_000);

  test('a top-up in the middle helps at once', async () => {
    const { organizationId, key } = await createPrepaidTenant(product);
    await giveCredit(product, organizationId, { amount: '0.5' });
    await untilAvailable(product, key, '0.5');
    const topUp = () => giveCredit(product, organizationId, { amount: '0.5' });
    const statuses = [...(await fire(key, topUp)), ...(await fire(key))];
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    await expectWithin(key, organizationId, '1');
  }, 120_000);

  test('two grants, the one that was given away first, the other ends in the middle: what is left of it stops', async () => {
    const { organizationId, key } = await createPrepaidTenant(product);
    const expiresAt = new Date(Date.now() + 6_000);
    await giveCredit(product, organizationId, { amount: '0.4', kind: 'promotion' });
    await giveCredit(product, organizationId, { amount: '50', expiresAt });
    await untilAvailable(product, key, '50.4');
    // more than the first covers, far less than the second
    expect(new Set(await fire(key))).toEqual(new Set([200]));
    await sleep(Math.max(0, expiresAt.getTime() - Date.now()));
    const after = await fire(key);
    expect(new Set(after)).toEqual(new Set([402]));
    await untilBooked(product, [], []);
    await checkBooks(product, [], []);
    const { rows } = await product.pool.query<{ account: string; used: string; left: string }>(
      `SELECT g.account, g.amount - b.remaining AS used, b.remaining AS left
       FROM credit_grant g JOIN credit_grant_balance b ON b.grant_id = g.id WHERE g.organization_id = $1 ORDER BY 1`,
      [organizationId],
    );
    expect(rows).toMatchObject([{ account: 'prepaid' }, { account: 'promo', used: '0.400000000000' }]);
    const used = rows.reduce((sum, row) => sum + parsePicos(row.used), 0n);
    expect(await billedTo(organizationId)).toBe(used);
    expect(await balanceOf(product, key)).toMatchObject({ held: '0.000000000000', available: '0.000000000000' });
  }, 120_000);

  test('a gateway that is killed in the middle lets nobody spend more afterwards', async () => {
    const { organizationId, key } = await createPrepaidTenant(product);
    await giveCredit(product, organizationId, { amount: '1' });
    await untilAvailable(product, key, '1');
    const kill = async (): Promise<void> => {
      process.kill(await product.childPid('gateway'), 'SIGKILL');
      await product.untilReady();
    };
    await fire(key, kill);
    await fire(key);
    await expectWithin(key, organizationId, '1');
  }, 180_000);
});
