import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsePicos } from '@tollgate/domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';

import { checkBooks, untilBooked } from './books.js';
import { FakeOpenAi, type Script } from './fake-openai.js';
import { RunningProduct } from './running-product.js';

const CLIENTS = 1_000;
const BUDGET = '1.000000000000';
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

/** The promise that budgets stand on: however many ask at once, never more is spent, and next to nothing is left over. */
describe('1,000 clients at once against a budget of one dollar', () => {
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

  test('never above, and at least 95 cents of it usable', async () => {
    const { rows } = await product.pool.query<{ id: string }>('SELECT project_id AS id FROM api_key');
    const monthlyBudget = { amount: '1', currency: 'USD' };
    const draft = { name: 'one dollar', modelAllowlist: ['*'], monthlyBudget };
    const key = await product.manage('POST', `/projects/${rows[0]?.id ?? ''}/api-keys`, draft);
    const dispatcher = new Agent({ connections: CLIENTS });
    const headers = { authorization: `Bearer ${String(key['secret'])}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ model: MODEL, max_tokens: MAX_TOKENS, messages: [{ role: 'user', content: 'Hi' }] });
    const statuses: number[] = [];
    // whoever is told that waiting helps waits, as SDKs do
    const client = async (): Promise<void> => {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const {
          statusCode,
          headers: told,
          body: text,
        } = await dispatcher.request({
          ...{ origin: product.origin, path: '/v1/chat/completions', method: 'POST', headers, body },
        });
        await text.dump();
        statuses.push(statusCode);
        if (statusCode === 200 || told['retry-after'] === undefined) return;
        await sleep(20 + Math.random() * 200);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await dispatcher.close();
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    const shown = (await (await fetch(`${product.baseUrl}/key`, { headers })).json()) as {
      scopes: { scope: string; budget: { spent: string; held: string } }[];
    };
    const budget = shown.scopes.find(({ scope }) => scope === 'api_key')?.budget;
    const spent = parsePicos(budget?.spent ?? '0');
    expect(spent).toBeLessThanOrEqual(parsePicos(BUDGET));
    expect(spent).toBeGreaterThanOrEqual(parsePicos('0.95'));
    expect(parsePicos(budget?.held ?? '1')).toBe(0n);
    await untilBooked(product, [], []);
    await checkBooks(product, [], []);
    const { rows: booked } = await product.pool.query<{ billed: string; requests: number }>(
      `SELECT sum(billed_cost) AS billed, count(*) FILTER (WHERE outcome = 'success')::int AS requests
       FROM usage_event WHERE api_key_id = $1`,
      [key['id']],
    );
    expect(parsePicos(booked[0]?.billed ?? '2')).toBeLessThanOrEqual(parsePicos(BUDGET));
    expect(booked[0]?.requests).toBe(statuses.filter((status) => status === 200).length);
    console.log(
      `${statuses.length} requests of ${CLIENTS} clients: ${booked[0]?.requests ?? 0} served, ${budget?.spent ?? '?'} USD spent`,
    );
  }, 120_000);
});
