import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { checkBooks, untilBooked } from './books.js';
import { chunkOf, complete, cutAfter, failWith, FAKE_ANSWER, FAKE_USAGE, hang, type Script } from './fake-openai.js';
import { until } from './running-product.js';
import { randomFrom, send, type Sent } from './traffic.js';
import { SHARED_MODEL, TwoDeployments } from './two-deployments.js';

const SEED = Date.now() % 1_000_000;
const REQUESTS = 1_000;
const CLIENTS = 20;
const TIMEOUT_MS = 1_500;
/** What a quarter of the cut answers has cost before it is cut. */
const WASTED_TOKENS = FAKE_USAGE.prompt_tokens;

describe(`a faulty deployment before a good one (seed ${SEED})`, () => {
  const random = randomFrom(SEED);
  let pair: TwoDeployments;
  let wasted = 0;
  const faults = { limited: 0, failed: 0, hung: 0, cut: 0, served: 0 };

  /** Usage first, and then nothing: the provider bills what nobody gets. */
  const cutAfterUsage: Script = async (request, response) => {
    if (request.json['stream'] !== true) return cutAfter(0)(request, response);
    wasted++;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const { prompt_tokens_details: details } = FAKE_USAGE;
    const input = {
      prompt_tokens: WASTED_TOKENS,
      completion_tokens: 0,
      total_tokens: WASTED_TOKENS,
      prompt_tokens_details: details,
    };
    response.write(
      chunkOf(request, { role: 'assistant', content: '' }).replace(
        '"choices"',
        `"usage":${JSON.stringify(input)},"choices"`,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.destroy();
  };

  const faulty: Script = (request, response) => {
    const drawn = random();
    if (drawn < 0.3) {
      faults.limited++;
      const error = { message: 'Slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' };
      return failWith(429, error, { 'retry-after-ms': '30' })(request, response);
    }
    if (drawn < 0.4) {
      faults.failed++;
      return failWith(500, { message: 'x', type: 'server_error', code: null })(request, response);
    }
    if (drawn < 0.45) {
      faults.hung++;
      return hang(request, response);
    }
    if (drawn < 0.5) {
      faults.cut++;
      return (random() < 0.5 ? cutAfterUsage : cutAfter(0))(request, response);
    }
    faults.served++;
    return complete(request, response);
  };

  beforeAll(async () => {
    pair = await TwoDeployments.start({
      UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: String(TIMEOUT_MS),
      UPSTREAM_IDLE_TIMEOUT_MS: String(TIMEOUT_MS),
      UPSTREAM_TOTAL_TIMEOUT_MS: String(TIMEOUT_MS),
    });
    pair.first.scriptAlways(faulty);
  }, 90_000);

  afterAll(() => pair.stop(), 60_000);

  test('nobody notices, nobody pays twice, and what was wasted is booked', async () => {
    const sent: Sent[] = [];
    const client = async (): Promise<void> => {
      while (sent.length < REQUESTS) {
        sent.push(await send(pair.product, { model: SHARED_MODEL, stream: random() < 0.5 }));
        // slow enough that the faulty one is asked again and again
        await new Promise((resolve) => setTimeout(resolve, random() * 200));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const succeeded = sent.filter(({ complete: whole }) => whole);
    expect(succeeded.length / sent.length).toBeGreaterThanOrEqual(0.999);
    // a truncated answer looks like none
    for (const { stream, text } of succeeded) {
      const words = stream ? [...text.matchAll(/"content":"([^"]*)"/g)].map(([, word]) => word).join('') : text;
      expect(words).toContain(FAKE_ANSWER);
    }
    // it has been asked, and has failed in every way
    for (const [fault, times] of Object.entries(faults)) expect([fault, times]).toEqual([fault, expect.any(Number)]);
    expect(faults.limited + faults.failed).toBeGreaterThan(10);
    const dispatched = new Set(
      [...pair.first.requests, ...pair.second.requests].map(({ json }) => String(json['user'])),
    );
    await untilBooked(pair.product, sent, dispatched);
    await checkBooks(pair.product, sent, dispatched);
    const { rows } = await pair.product.pool.query<{ parts: number; charged: string; cost: string; attempts: number }>(
      `SELECT count(*) FILTER (WHERE part > 0)::int AS parts,
         coalesce(sum(billed_cost) FILTER (WHERE part > 0), 0) AS charged,
         coalesce(sum(provider_cost) FILTER (WHERE part > 0), 0) AS cost,
         coalesce(sum(jsonb_array_length(attempts)) FILTER (WHERE part = 0), 0)::int AS attempts
       FROM usage_event`,
    );
    const [books] = rows;
    expect(books).toMatchObject({ parts: wasted });
    expect(Number(books?.charged)).toBe(0);
    if (wasted > 0) expect(Number(books?.cost)).toBeGreaterThan(0);
    // every request that a provider received is an attempt of some request; one may have been given up before it got there
    expect(books?.attempts).toBeGreaterThanOrEqual(pair.first.requests.length + pair.second.requests.length);
    console.log(
      `${sent.length} requests, ${sent.length - succeeded.length} failed; the faulty deployment was asked ` +
        `${pair.first.requests.length} times: ${JSON.stringify({ ...faults, wasted })} (seed ${SEED})`,
    );
  }, 120_000);

  test('what one organization asks wrongly benches nobody’s deployment', async () => {
    pair.first.scriptAlways(null);
    // who is not back from the test before leaves requests to the second
    await untilHealthy();
    pair.second.requests.length = 0;
    const wrong = (): Promise<unknown> => pair.ask({ model: SHARED_MODEL, unheard_of: true });
    await Promise.all(Array.from({ length: 60 }, wrong));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => pair.ask({}, { headers: { 'x-tollgate-tags': 'later' } })),
    );
    expect(answers.map(({ response }) => response.status)).toEqual(answers.map(() => 200));
    expect(pair.second.requests).toEqual([]);
  }, 60_000);

  test('a dead credential is out after one 401, and back after its repair', async () => {
    await untilHealthy();
    await pair.change(`/provider-credentials/${pair.credentials.first}`, {
      secret: 'sk-wrong-0123456789abcdefghijklmnop',
    });
    await until(
      async () => {
        await pair.ask({});
        return pair.first.refusals > 0;
      },
      () => 'the changed credential does not arrive',
    );
    const refusals = pair.first.refusals;
    const answers = await Promise.all(Array.from({ length: 30 }, () => pair.ask({})));
    expect(answers.map(({ response }) => response.status)).toEqual(answers.map(() => 200));
    // no request has been sent there; a probe may have asked
    expect(pair.first.refusals - refusals).toBeLessThanOrEqual(1);
    await pair.change(`/provider-credentials/${pair.credentials.first}`, { secret: pair.first.apiKey });
    await untilHealthy();
  }, 60_000);

  /** Until the first deployment is asked first again. */
  async function untilHealthy(): Promise<void> {
    await until(
      async () => {
        const asked = pair.first.requests.length;
        await pair.ask({});
        return pair.first.requests.length > asked;
      },
      () => 'the first deployment does not come back',
      40_000,
    );
  }
});
