import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { checkBooks, checkSpent, untilBooked } from './books.js';
import { FakeOpenAi, slowly } from './fake-openai.js';
import { RunningProduct, until } from './running-product.js';
import { randomFrom, type Sent, Traffic } from './traffic.js';

/**
 * `npm run test:faults -- --trials N --seed S` sets these.
 * TOLLGATE_FAULT_TRIALS: how many processes are killed, one after the other.
 * TOLLGATE_FAULT_SEED: repeats the order and the moments of an earlier run.
 */
const TRIALS = Number(process.env['TOLLGATE_FAULT_TRIALS'] ?? 10);
const SEED = Number(process.env['TOLLGATE_FAULT_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 20;
/** A launcher's gateway refuses new requests while it lets the running ones end. */
const REFUSED_WHILE_STOPPING = 503;

const VICTIMS = ['gateway', 'worker', 'postgres', 'launcher'] as const;
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
    await traffic.stop(); // a test that failed has not
    await product.stop();
    await provider.stop();
  }, 60_000);

  /** Everything that the provider has received, by the user that each request carries. */
  const dispatched = (): string[] => provider.requests.map(({ json }) => String(json['user']));

  async function kill(victim: Victim): Promise<void> {
    if (victim === 'launcher') {
      await product.killLauncher();
      return product.launch();
    }
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
      say(`seed ${SEED}, ${TRIALS} trials`);
      for (let trial = 1, victims: Victim[] = []; trial <= TRIALS; trial++) {
        if (victims.length === 0) victims = shuffled(VICTIMS, random);
        const victim = victims.pop() ?? 'gateway';
        const sent = await killUnderTraffic(victim);
        expectOnlyTheDeadToBeMissed(victim, sent);
        await untilBooked(product, traffic.sent, dispatched());
        const booked = await checkBooks(product, traffic.sent, dispatched());
        await checkSpent(product);
        const cut = sent.filter((each) => !each.complete).length;
        say(
          `${trial}/${TRIALS} ${victim}: ${sent.length} requests, ${cut} cut or refused; ${booked.length} booked in all`,
        );
      }
    },
    60_000 + TRIALS * 60_000,
  );

  async function killUnderTraffic(victim: Victim): Promise<Sent[]> {
    const before = traffic.sent.length;
    traffic.start(CLIENTS);
    await pause(300 + random() * 900);
    await kill(victim);
    await pause(300);
    await traffic.stop();
    return traffic.sent.slice(before);
  }

  /** A gateway takes its connections along, and a launcher takes its gateway; nobody may notice the death of others. */
  function expectOnlyTheDeadToBeMissed(victim: Victim, sent: readonly Sent[]): void {
    expect(sent.filter((each) => each.complete).length).toBeGreaterThan(CLIENTS);
    const failed = sent.filter((each) => !each.complete);
    const excused: Record<Victim, readonly number[]> = {
      gateway: [0, 200],
      launcher: [0, 200, REFUSED_WHILE_STOPPING],
      worker: [],
      postgres: [],
    };
    expect(failed.filter(({ status }) => !excused[victim].includes(status))).toEqual([]);
  }

  test('after a restart of everything the same is spent', async () => {
    await product.end();
    await product.launch();
    await checkBooks(product, traffic.sent, dispatched());
    await checkSpent(product);
  }, 90_000);
});

function say(line: string): void {
  process.stderr.write(`faults: ${line}\n`);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
