import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { checkBooks, checkSpent, untilBooked } from './books.js';
import { FakeOpenAi, slowly } from './fake-openai.js';
import { RunningProduct, until } from './running-product.js';
import { randomFrom, send, Traffic } from './traffic.js';

/**
 * TOLLGATE_FAULT_TRIALS: how many processes are killed, one after the other (default 3: each victim once).
 * TOLLGATE_FAULT_SEED: repeats the order and the moments of an earlier run.
 */
const TRIALS = Number(process.env['TOLLGATE_FAULT_TRIALS'] ?? 3);
const SEED = Number(process.env['TOLLGATE_FAULT_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 20;
const FROZEN_MS = 6_500;

const VICTIMS = ['gateway', 'worker', 'postgres'] as const;
type Victim = (typeof VICTIMS)[number];

describe(`processes that die under traffic (seed ${SEED})`, () => {
  const random = randomFrom(SEED);
  let product: RunningProduct;
  let provider: FakeOpenAi;
  let traffic: Traffic;

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    // a provider that takes its time, differently each time
    provider.scriptAlways((request, response) => slowly(random() * 10)(request, response));
    product = await RunningProduct.start({
      embedded: true,
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
    traffic = new Traffic(product, random);
  }, 90_000);

  afterAll(async () => {
    await product.stop();
    await provider.stop();
  }, 60_000);

  /** Everything that the provider has received, by the user that each request carries. */
  const dispatched = (): string[] => provider.requests.map(({ json }) => String(json['user']));

  async function kill(victim: Victim): Promise<void> {
    const pid = victim === 'postgres' ? (await product.postgresPids())[0] : await product.childPid(victim);
    process.kill(pid ?? 0, 'SIGKILL');
    if (victim === 'postgres') return untilPostgresAnswers();
    await until(
      async () => (await product.childPid(victim).catch(() => pid)) !== pid,
      () => `the ${victim} does not come back: ${product.log.slice(-3000)}`,
      60_000,
    );
    await product.untilReady();
  }

  const untilPostgresAnswers = (): Promise<void> =>
    until(
      () =>
        product.pool.query('SELECT 1').then(
          () => true,
          () => false,
        ),
      () => `postgres does not come back: ${product.log.slice(-3000)}`,
      60_000,
    );

  test(
    `kill -9 of ${TRIALS} processes: every request is in the books exactly once`,
    async () => {
      process.stderr.write(`faults: seed ${SEED}, ${TRIALS} trials\n`);
      for (let trial = 0, victims: Victim[] = []; trial < TRIALS; trial++) {
        if (victims.length === 0) victims = shuffled(VICTIMS, random);
        const victim = victims.pop() ?? 'gateway';
        const before = traffic.sent.length;
        traffic.start(CLIENTS);
        await pause(300 + random() * 900);
        await kill(victim);
        await pause(300);
        await traffic.stop();
        const sent = traffic.sent.slice(before);
        expect(sent.filter((each) => each.complete).length).toBeGreaterThan(CLIENTS);
        // a gateway takes its connections along; nobody may notice the death of the others
        const failed = sent.filter((each) => !each.complete);
        if (victim === 'gateway') expect(failed.filter(({ status }) => status !== 0 && status !== 200)).toEqual([]);
        else expect(failed).toEqual([]);
        await untilBooked(product, traffic.sent, dispatched());
        await checkBooks(product, traffic.sent, dispatched());
        await checkSpent(product);
      }
    },
    60_000 + TRIALS * 60_000,
  );

  test('after a restart of everything the same is spent', async () => {
    await product.end();
    await product.launch();
    await checkBooks(product, traffic.sent, dispatched());
    await checkSpent(product);
  }, 90_000);

  test('while Postgres is frozen known keys work, unknown ones get a 503, and usage waits', async () => {
    const { secret } = await createKey();
    const known = await send(product, { model: 'gpt-4o-mini', stream: false });
    expect(known.complete).toBe(true);
    const pids = await product.postgresPids();
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const frozenAt = Date.now();
    let frozen;
    try {
      const unknown = [secret, 'tg_Xq8fKZ0d1vYbN7mRw3sTgHcJ5uLpE2aVsxOa97'].map((key) =>
        send(product, { model: 'gpt-4o-mini', stream: false, key }),
      );
      frozen = await Promise.all(
        Array.from({ length: 10 }, (_, index) => send(product, { model: 'gpt-4o-mini', stream: index % 2 === 0 })),
      );
      expect(frozen.filter((each) => !each.complete)).toEqual([]);
      expect(Date.now() - frozenAt).toBeLessThan(FROZEN_MS);
      const [made, malformed] = await Promise.all(unknown);
      expect(made?.status).toBe(503);
      expect(made?.text).toContain('gateway_keys_unavailable');
      // a checksum needs no database
      expect([401, 503]).toContain(malformed?.status);
      await pause(Math.max(0, frozenAt + FROZEN_MS - Date.now()));
      const readiness = await (await fetch(`${product.origin}/health/ready`)).text();
      expect(readiness).toContain('known keys keep working');
      expect((await send(product, { model: 'gpt-4o-mini', stream: false })).complete).toBe(true);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await until(
      async () => (await send(product, { model: 'gpt-4o-mini', stream: false, key: secret })).complete,
      () => 'the new key does not work',
    );
    const sent = [...traffic.sent, known, ...frozen];
    await untilBooked(product, sent, dispatched());
    await checkBooks(product, sent, dispatched());
    await checkSpent(product);
  }, 90_000);

  async function createKey(): Promise<{ secret: string }> {
    const { rows } = await product.pool.query<{ id: string }>('SELECT id FROM project');
    const key = await product.manage('POST', `/projects/${rows[0]?.id ?? ''}/api-keys`, {
      name: 'not used yet',
      modelAllowlist: ['*'],
    });
    return { secret: String(key['secret']) };
  }
});

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
