import { formatPicos, parsePicos } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { Database, insertUsageInbox, publishPrices, USAGE_LANES, UsageIngestion } from '../src/index.js';
import { createTenant, inboxEvent, newPrice, newUsageEvent, newWastedPart } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

let testDatabase: TestDatabase;
let database: Database;
let tenant: Tenant;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
  tenant = await createTenant(database);
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

async function ingest(events: readonly UsageEvent[]): Promise<void> {
  await insertUsageInbox(database.pool, events.map(inboxEvent));
  await new UsageIngestion(database.pool).ingest(Array.from({ length: USAGE_LANES }, (_, lane) => lane));
}

interface Wasted {
  readonly kind: string;
  readonly events: number;
  readonly cost: string;
  readonly billed: string;
}

async function waste(): Promise<readonly Wasted[]> {
  const { rows } = await database.pool.query<Wasted>(
    `SELECT kind, sum(events)::int AS events, sum(provider_cost)::text AS cost, sum(billed_cost)::text AS billed
     FROM waste_day GROUP BY kind ORDER BY kind`,
  );
  return rows;
}

async function costsOf(requestId: string, part: number): Promise<{ cost: string; billed: string }> {
  const { rows } = await database.pool.query<{ cost: string; billed: string }>(
    `SELECT provider_cost::text AS cost, billed_cost::text AS billed FROM usage_event
     WHERE request_id = $1 AND part = $2 ORDER BY revision DESC LIMIT 1`,
    [requestId, part],
  );
  return rows[0] ?? { cost: '', billed: '' };
}

describe('waste by day', () => {
  test('holds what failed, lost, was copied, and what customers were charged for and nobody read', async () => {
    const good = newUsageEvent(tenant);
    const left = newUsageEvent(tenant, { outcome: 'client_left_mid_stream', status: 0 });
    const cut = newUsageEvent(tenant, { outcome: 'upstream_cut_mid_stream' });
    const late = newUsageEvent(tenant, { outcome: 'gateway_timeout' });
    const loser = newWastedPart(good, 1, { changes: { outcome: 'hedge_loser' } });
    const shadow = newWastedPart(good, 2, { changes: { outcome: 'shadow_copy' } });
    const failed = newWastedPart(good, 3, { changes: { outcome: 'upstream_failed' } });
    const refused = newUsageEvent(tenant, { outcome: 'refused', usage: {}, usageSource: 'none', target: null });
    await ingest([good, left, cut, late, loser, shadow, failed, refused]);
    const expected = await Promise.all(
      (
        [
          ['client_left', left],
          ['cut_stream', cut],
          ['failed_attempt', failed],
          ['hedge_loser', loser],
          ['shadow_copy', shadow],
          ['timed_out', late],
        ] as const
      ).map(async ([kind, event]) => ({ kind, events: 1, ...(await costsOf(event.requestId, event.part)) })),
    );
    expect(await waste()).toEqual(expected);
    expect(expected.find(({ kind }) => kind === 'hedge_loser')?.billed).toBe('0.000000000000');
  });

  test('takes back what a correction corrects', async () => {
    const left = newUsageEvent(tenant, { outcome: 'client_left_mid_stream', status: 0 });
    await ingest([left]);
    await ingest([{ ...left, revision: 1, outcome: 'success' }]);
    expect(await waste()).toEqual([
      { kind: 'client_left', events: 0, cost: '0.000000000000', billed: '0.000000000000' },
    ]);
  });

  test('of prompt caches is what writing cost more than reading saved, corrections and all', async () => {
    const { priceSnapshotId } = await withCachePrices();
    const cached = (usage: UsageEvent['usage']): UsageEvent =>
      newUsageEvent(tenant, { ...target(), priceSnapshotId, usage, occurredAt: Date.now() - 1_000 });
    const written = cached({ input: 10, input_cache_write_5m: 4_000, output: 5 });
    await ingest([written, cached({ input: 10, input_cache_read: 1_000, output: 5 })]);
    // 4,000 × 1 $/M more, 1,000 × 3.5 $/M less
    expect(await waste()).toMatchObject([{ kind: 'prompt_cache', events: 2, billed: '0.000500000000' }]);
    await ingest([{ ...written, revision: 1, usage: { input: 10, input_cache_write_5m: 1_000, output: 5 } }]);
    expect(await waste()).toMatchObject([{ kind: 'prompt_cache', events: 2, billed: '-0.002500000000' }]);
  });

  test('of prompt caches is at the prices of the last correction, whatever they cost before', async () => {
    const usage = { input: 10, input_cache_write_5m: 4_000, output: 5 };
    const { priceSnapshotId } = await withCachePrices();
    const written = newUsageEvent(tenant, { ...target(), priceSnapshotId, usage, occurredAt: Date.now() - 1_000 });
    await ingest([written]);
    const right = await withCachePrices(2n);
    await ingest([{ ...written, revision: 1, priceSnapshotId: right.priceSnapshotId }]);
    // 4,000 × 2 $/M less
    expect(await waste()).toMatchObject([{ kind: 'prompt_cache', events: 1, billed: '-0.008000000000' }]);
  });

  test('counts no cache that costs what plain input costs', async () => {
    await ingest([newUsageEvent(tenant, { usage: { input: 1, input_cache_read: 3 } })]);
    expect(await waste()).toEqual([]);
  });
});

test('hours of keys are the hours of their organization, whatever is corrected', async () => {
  const occurredAt = Date.now() - 7_200_000;
  const events = Array.from({ length: 60 }, (_, index) =>
    newUsageEvent(tenant, { occurredAt: occurredAt + index * 120_000 }),
  );
  await ingest(events);
  await ingest(events.slice(0, 9).map((event) => ({ ...event, revision: 1, usage: { input: 3, output: 2 } })));
  const { rows } = await database.pool.query<{ hour: Date; keys: string; hours: string }>(
    `SELECT hour, k.billed::text AS keys, h.billed::text AS hours
     FROM (SELECT hour, sum(billed_cost) AS billed FROM spend_hour GROUP BY hour) AS k
     FULL JOIN (SELECT hour, sum(billed_cost) AS billed FROM usage_hour GROUP BY hour) AS h USING (hour)`,
  );
  expect(rows.length).toBeGreaterThan(1);
  for (const { keys, hours } of rows) expect(keys).toBe(hours);
  expect(formatPicos(rows.reduce((sum, { keys }) => sum + parsePicos(keys), 0n))).not.toBe('0.000000000000');
});

const target = (): Pick<UsageEvent, 'target' | 'requestedModel'> => ({
  requestedModel: 'claude',
  target: {
    deploymentId: 'dep_claude',
    provider: 'openai',
    upstreamModel: 'claude',
    pricedModel: 'claude',
    region: '*',
    credentialOwner: 'operator',
    simulated: false,
  },
});

async function withCachePrices(written = 5n): Promise<{ priceSnapshotId: string }> {
  const { defaultPriceBookId } = await database.prisma.installation.findUniqueOrThrow({ where: { id: 1 } });
  const dollar = 1_000_000_000_000n;
  const { snapshotId } = await publishPrices(database, {
    bookId: defaultPriceBookId ?? '',
    source: 'test',
    publishedBy: 'test',
    prices: [
      newPrice('claude', 'input', 4n * dollar),
      newPrice('claude', 'input_cache_write_5m', written * dollar),
      newPrice('claude', 'input_cache_read', dollar / 2n),
      newPrice('claude', 'output', 20n * dollar),
    ],
  });
  return { priceSnapshotId: snapshotId };
}
