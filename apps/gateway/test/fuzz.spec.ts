import { residentBytes } from '@tollgate/testing';
import { API_PREFIX, problem } from '@tollgate/wire';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { worldApiOf, type WorldApi } from './admin/admin-api.js';
import { type SoundRequest, spoil, spoilings } from './hostile-input.js';
import { type RawAnswer, sendRaw } from './raw-http.js';
import type { RunningProduct } from './running-product.js';
import {
  otherSoundRequests,
  soundInferenceRequests,
  soundManagementRequests,
  soundMessagesRequests,
} from './sound-requests.js';
import { send } from './traffic.js';
import { MODELS, TwoProviders } from './two-providers.js';

/**
 * TOLLGATE_FUZZ_RUNS: how many requests are spoilt, of each kind of surface.
 * TOLLGATE_FUZZ_SEED: repeats an earlier run.
 */
const RUNS = Number(process.env['TOLLGATE_FUZZ_RUNS'] ?? 1_000);
const SEED = Number(process.env['TOLLGATE_FUZZ_SEED'] ?? Date.now() % 1_000_000);
const FAULTS_SHOWN = 10;
const BODY_TIMEOUT_MS = 1_500;
/** What a heap grows by on its own while large bodies pass. */
const GROWN_AT_MOST = 96 * 1024 * 1024;

/** Whatever is sent to any operation of any surface: an answer below 500 that says what is wrong, and nothing else. */
describe(`spoilt requests (seed ${SEED})`, () => {
  let two: TwoProviders;
  let product: RunningProduct;
  let api: WorldApi;
  let gateway: number;
  let management: readonly SoundRequest[];

  beforeAll(async () => {
    two = await TwoProviders.start({ BODY_TIMEOUT_MS: String(BODY_TIMEOUT_MS) });
    product = two.product;
    gateway = await product.childPid('gateway');
    api = await worldApiOf(product);
    management = await soundManagementRequests(product, api);
    process.stderr.write(`fuzz: seed ${SEED}, ${RUNS} runs of each kind\n`);
  }, 90_000);

  afterAll(async () => {
    await api.database.close();
    await two.stop();
  }, 60_000);

  /** @throws what is wrong with the answer. */
  async function check(sound: SoundRequest, bytes: Buffer): Promise<number> {
    const answer = await sendRaw(product.port, bytes);
    // refused while bytes are still on their way, a connection may break before the answer is read
    if (answer.status === 0 && bytes.length > 64 * 1024) return 0;
    expect(answer.status).toBeGreaterThanOrEqual(200);
    if (answer.status >= 500) throw new Error(answer.text.slice(0, 600));
    expect(answer.text).not.toMatch(/root:x:0|node_modules|at \w+ \(|PrismaClient|SELECT /);
    if (answer.status >= 400) expectShape(sound, answer);
    return answer.status;
  }

  function expectShape({ name, segments, headers: sent }: SoundRequest, { status, headers, body }: RawAnswer): void {
    // what is no HTTP, or no body in time, is answered before anybody knows what was asked
    if (status === 431 || (status === 400 && body.includes('not valid HTTP'))) return;
    if (`/${segments.join('/')}`.startsWith(API_PREFIX) && headers['content-type']?.includes('problem') === true) {
      const { errors, type } = problem.parse(JSON.parse(body));
      if (type.endsWith(':invalid-request')) expect([name, errors.length]).not.toEqual([name, 0]);
      return;
    }
    if (segments.includes('auth')) return;
    const { error, type } = JSON.parse(body) as { error?: { message: string; type: string }; type?: string };
    if (sent['anthropic-version'] !== undefined) expect([type, typeof error?.type]).toEqual(['error', 'string']);
    if (!name.startsWith('GET /')) expect(error?.message.length ?? 0).toBeGreaterThan(10);
  }

  async function fuzz(sound: readonly SoundRequest[]): Promise<void> {
    const faults: object[] = [];
    const statuses: number[] = [];
    for (const spoiling of fc.sample(spoilings(sound.length), { numRuns: RUNS, seed: SEED })) {
      const request = sound[spoiling.target];
      if (request === undefined) throw new Error('no such request');
      try {
        statuses.push(await check(request, spoil(request, spoiling)));
      } catch (error) {
        faults.push({ request: request.name, ...spoiling, fault: (error as Error).message });
      }
    }
    const counts = Object.entries(Object.groupBy(statuses, String)).map(
      ([status, all]) => `${all?.length} × ${status}`,
    );
    process.stderr.write(`fuzz: ${counts.join(', ')}\n`);
    expect(faults.slice(0, FAULTS_SHOWN)).toEqual([]);
  }

  test('to inference', () => fuzz(soundInferenceRequests(product)), 300_000);

  const messages = (): SoundRequest[] =>
    [MODELS.anthropic, 'sandbox/echo'].flatMap((model) => soundMessagesRequests(product, model));

  test('to inference in Anthropic’s dialect', () => fuzz(messages()), 300_000);

  test('to the management API', () => fuzz(management), 300_000);

  test('to everything else', () => fuzz(otherSoundRequests()), 300_000);

  test('make the memory grow no further, and nothing has crashed or failed', async () => {
    const before = await residentBytes(gateway);
    await fuzz([...soundInferenceRequests(product), ...messages(), ...management]);
    expect((await residentBytes(gateway)) - before).toBeLessThan(GROWN_AT_MOST);
    expect(await product.childPid('gateway')).toBe(gateway);
    const complaints = product.log.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));
    // the management API's samples have usage in quarantine, which audits find that are asked for, and which may be sent back
    expect(complaints.filter((line) => !/quarantine/.test(line))).toEqual([]);
    const { rows } = await api.database.pool.query(
      `SELECT payload, reason FROM usage_quarantine WHERE payload NOT LIKE '%"org_gone"%' AND payload <> 'no JSON'`,
    );
    expect(rows).toEqual([]);
    expect((await send(product, { model: 'sandbox/echo', stream: true })).complete).toBe(true);
  }, 300_000);
});
