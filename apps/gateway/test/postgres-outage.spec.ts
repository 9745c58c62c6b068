import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { StoppableServer } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { checkBooks, checkSpent, untilBooked } from './books.js';
import { FakeOpenAi, slowly } from './fake-openai.js';
import { RunningProduct, until } from './running-product.js';
import { randomFrom, send, Traffic } from './traffic.js';

/** `npm run test:faults -- --outage 120` sets it. Short ones still outlast the time-outs that notice an outage. */
const OUTAGE_SECONDS = process.env['TOLLGATE_OUTAGE_SECONDS'];
const OUTAGES = [
  ['stopped', Number(OUTAGE_SECONDS ?? 8)],
  ['frozen', Number(OUTAGE_SECONDS ?? 20)],
] as const;
const CLIENTS = 8;
/** Between the frames of the provider: clients that ask some twenty times a second, for as long as it takes. */
const PROVIDER_PAUSE_MS = 30;
/** Whatever is asked while Postgres is away has an answer by then. */
const ANSWERED_WITHIN_MS = 50_000;
const MALFORMED_KEY = 'tg_Xq8fKZ0d1vYbN7mRw3sTgHcJ5uLpE2aVsxOa97';

interface Readiness {
  readonly ready: boolean;
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
}

/** Stopped, Postgres refuses connections; frozen, it takes them and says nothing. */
describe.each(OUTAGES)('Postgres %s for %d s under traffic', (manner, seconds) => {
  let server: StoppableServer;
  let product: RunningProduct;
  let provider: FakeOpenAi;
  let traffic: Traffic;

  beforeAll(async () => {
    provider = await FakeOpenAi.start();
    provider.scriptAlways(slowly(PROVIDER_PAUSE_MS));
    server = await StoppableServer.start();
    product = await RunningProduct.start({
      database: server,
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
    traffic = new Traffic(product, randomFrom(1));
  }, 90_000);

  afterAll(async () => {
    await traffic.stop(); // a test that failed has not
    await product.stop();
    await provider.stop();
  }, 60_000);

  const dispatched = (): string[] => provider.requests.map(({ json }) => String(json['user']));

  async function takeAway(): Promise<() => void | Promise<void>> {
    if (manner === 'frozen') return server.freeze();
    await server.stop();
    return () => server.resume();
  }

  async function readiness(): Promise<Readiness & { readonly httpStatus: number }> {
    const response = await fetch(`${product.origin}/health/ready`);
    return { httpStatus: response.status, ...((await response.json()) as Readiness) };
  }

  /** Answers the statuses of what cannot be answered without Postgres. */
  async function askTheManagementApi(): Promise<{ status: number; type: string }> {
    const response = await fetch(`${product.origin}/api/v1/organizations`, {
      headers: { authorization: `Bearer ${product.managementToken}` },
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    });
    const { type } = (await response.json()) as { type: string };
    return { status: response.status, type };
  }

  async function createKey(): Promise<string> {
    const { rows } = await product.pool.query<{ id: string }>('SELECT id FROM project');
    const body = { name: 'not used yet', modelAllowlist: ['*'] };
    return String((await product.manage('POST', `/projects/${rows[0]?.id ?? ''}/api-keys`, body))['secret']);
  }

  async function waitingSegments(): Promise<string[]> {
    const files = await readdir(path.join(product.directory, 'journal'), { recursive: true });
    return files.filter((file) => file.endsWith('.segment'));
  }

  test(
    'known keys work, unknown ones get a 503, usage waits, and nothing is lost',
    async () => {
      const secret = await createKey();
      traffic.start(CLIENTS);
      await until(
        () => Promise.resolve(traffic.sent.length >= CLIENTS),
        () => 'no traffic',
      );
      const away = Date.now();
      const bringBack = await takeAway();
      try {
        const unknown = [secret, MALFORMED_KEY].map((key) =>
          send(product, { model: 'gpt-4o-mini', stream: false, key }),
        );
        const managed = askTheManagementApi();
        const [made, malformed] = await Promise.all(unknown);
        expect([made?.status, made?.text]).toEqual([503, expect.stringContaining('gateway_keys_unavailable')]);
        // a checksum needs no database
        expect([401, 503]).toContain(malformed?.status);
        await new Promise((resolve) => setTimeout(resolve, away + seconds * 1000 - Date.now()));
        expect(await readiness()).toMatchObject({
          httpStatus: 200,
          ready: true,
          status: 'degraded',
          checks: { postgres: 'away: known keys keep working', forwarding: 'usage waits in the journal' },
        });
        expect(await waitingSegments()).not.toEqual([]);
        expect(await managed).toEqual({ status: 503, type: 'urn:tollgate:problem:unavailable' });
      } finally {
        await bringBack();
      }
      await until(
        async () => (await send(product, { model: 'gpt-4o-mini', stream: false, key: secret })).complete,
        () => 'the new key does not work after the outage',
      );
      await traffic.stop();
      expect(traffic.sent.filter((each) => !each.complete)).toEqual([]);
      await untilBooked(product, traffic.sent, dispatched());
      const booked = await checkBooks(product, traffic.sent, dispatched());
      await checkSpent(product);
      await until(
        async () => (await readiness()).status === 'ready',
        () => 'the product does not call itself ready again',
      );
      process.stderr.write(`outage: ${manner} for ${seconds} s, ${booked.length} requests, none lost\n`);
    },
    120_000 + seconds * 2_000,
  );
});
