import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Database,
  insertUsageInbox,
  publishPrices,
  USAGE_LANES,
  UsageIngestion,
  type NewPrice,
} from '@tollgate/database';
import { dayLabel, formatPicos, newId, newRequestId, parsePicos, type UsageEvent } from '@tollgate/domain';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import { PostgresUsageAnalytics, UsageFiguresError, type UsageFigures, type UsageOwner } from '../src/index.js';

const ZONE = 'Europe/Berlin';
// a clock change lies in the middle: 2026-10-25 has 25 hours there
const FROM = Date.parse('2026-10-22T22:00:00Z');
const TO = Date.parse('2026-10-28T23:00:00Z');
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'o3'] as const;
const EVENTS = 4_000;

let testDatabase: TestDatabase;
let database: Database;
let analytics: PostgresUsageAnalytics;
let owner: UsageOwner;
let other: UsageOwner;
const events: UsageEvent[] = [];
const costs = new Map<string, bigint>();

/** A small generator of its own, so that every run sees the same events. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url, { onConnectionLost: () => undefined });
  analytics = new PostgresUsageAnalytics(database.pool);
  const snapshotId = await publish();
  owner = await createOrganization();
  other = await createOrganization();
  const random = randomOf(20_261_122);
  for (let index = 0; index < EVENTS; index++) {
    events.push(newEvent(index % 5 === 0 ? other : owner, { random, snapshotId }));
  }
  await ingest(events);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

async function publish(): Promise<string> {
  const bookId = newId('priceBook');
  await database.prisma.priceBook.create({ data: { id: bookId, name: 'Default' } });
  const price = (model: string, meter: NewPrice['meter'], amountPicos: bigint): NewPrice => ({
    provider: 'openai',
    model,
    meter,
    amountPicos,
    per: 1_000_000,
    serviceTier: '*',
    region: '*',
    fromTokens: 0,
    timeWindow: '*',
    effectiveFrom: 0,
    effectiveTo: null,
  });
  const prices = MODELS.flatMap((model) => [
    price(model, 'input', 2_500_000_000_001n),
    price(model, 'output', 10_000_000_000_007n),
  ]);
  return (await publishPrices(database, { bookId, prices, source: 'test', publishedBy: 'test' })).snapshotId;
}

async function createOrganization(): Promise<UsageOwner> {
  const id = newId('organization');
  await database.prisma.organization.create({ data: { id, name: id, slug: id, timeZone: ZONE } });
  return { id, timeZone: ZONE };
}

function newEvent(
  { id }: UsageOwner,
  { random, snapshotId }: { random: () => number; snapshotId: string },
): UsageEvent {
  const below = (limit: number): number => Math.floor(random() * limit);
  const occurredAt = FROM + below(TO - FROM);
  const model = MODELS[below(MODELS.length)] ?? 'o3';
  const failed = below(20) === 0;
  // long-tailed, as latencies are
  const totalMs = 40 * Math.exp(random() * 6);
  return {
    kind: 'event',
    requestId: newRequestId(occurredAt).uuid,
    part: 0,
    revision: 0,
    occurredAt,
    organizationId: id,
    projectId: `proj_${below(3)}`,
    apiKeyId: `key_${below(4)}`,
    memberId: below(2) === 0 ? null : `usr_${below(3)}`,
    endUser: `visitor_${below(5)}`,
    tags: below(2) === 0 ? ['web'] : ['web', 'beta'],
    gatewayId: 'gw_1',
    endpoint: 'chat-completions',
    surface: 'openai',
    requestedModel: model,
    stream: false,
    holdNanos: 0,
    inputTokensBound: 10_000,
    target: {
      deploymentId: `dep_${model}`,
      provider: 'openai',
      upstreamModel: model,
      pricedModel: model,
      region: '*',
      credentialOwner: 'operator',
      simulated: false,
    },
    priceSnapshotId: snapshotId,
    outcome: failed ? 'upstream_failed' : 'success',
    errorCode: failed ? 'provider_failed' : null,
    status: failed ? 502 : 200,
    usage: failed ? {} : { input: below(9_000), output: below(4_000), input_cache_read: below(500) },
    usageSource: failed ? 'none' : 'reported',
    servedModel: null,
    serviceTier: '*',
    deliveredCharacters: 0,
    providerReportedCost: null,
    capturedCost: null,
    attempts: [],
    timings: { admittedMs: 1, dispatchedMs: 2, firstTokenMs: failed ? null : totalMs / 3, totalMs },
  };
}

async function ingest(batch: readonly UsageEvent[]): Promise<void> {
  await insertUsageInbox(
    database.pool,
    batch.map((event) => ({
      organizationId: event.organizationId,
      requestId: event.requestId,
      part: event.part,
      revision: event.revision,
      payload: JSON.stringify(event),
    })),
  );
  const ingestion = new UsageIngestion(database.pool);
  const lanes = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
  for (let left = 1; left > 0;) {
    await ingestion.ingest(lanes);
    const { rows } = await database.pool.query<{ left: string }>('SELECT count(*) AS left FROM usage_inbox');
    left = Number(rows[0]?.left);
  }
  const booked = await database.pool.query<{ request_id: string; billed_cost: string }>(
    'SELECT request_id, billed_cost FROM usage_event',
  );
  for (const row of booked.rows) costs.set(row.request_id, parsePicos(row.billed_cost));
  expect(costs.size).toBe(batch.length);
}

const figures = (changes: Partial<UsageFigures>): UsageFigures => ({
  measures: ['requests', 'cost', 'errors'],
  dimensions: [],
  bucket: null,
  from: FROM,
  to: TO,
  zone: null,
  filters: {},
  ...changes,
});

const ofOwner = (): UsageEvent[] => events.filter((event) => event.organizationId === owner.id);
const costOf = (list: readonly UsageEvent[]): string =>
  formatPicos(list.reduce((total, event) => total + (costs.get(event.requestId) ?? 0n), 0n));

describe('sums equal those of the events', () => {
  const KEYS = {
    model: (event: UsageEvent) => [event.requestedModel],
    outcome: (event: UsageEvent) => [event.outcome],
    project: (event: UsageEvent) => [event.projectId],
    apiKey: (event: UsageEvent) => [event.apiKeyId],
    member: (event: UsageEvent) => (event.memberId === null ? [] : [event.memberId]),
    endUser: (event: UsageEvent) => (event.endUser === null ? [] : [event.endUser]),
    tag: (event: UsageEvent) => event.tags,
  } as const;

  test.each(Object.keys(KEYS) as (keyof typeof KEYS)[])('by %s and day', async (dimension) => {
    const answer = await analytics.read(owner, figures({ dimensions: [dimension], bucket: 'day' }));
    expect(answer.zone).toBe(ZONE);
    expect(answer.buckets.map(({ label }) => label)).toHaveLength(6);
    for (const { key, total, points } of answer.series) {
      const own = ofOwner().filter((event) => KEYS[dimension](event).includes(key[dimension] ?? ''));
      expect(total).toMatchObject({
        requests: own.length,
        cost: { amount: costOf(own), currency: 'USD' },
        errors: own.filter((event) => event.errorCode !== null).length,
      });
      answer.buckets.forEach(({ label }, index) => {
        const day = own.filter((event) => dayLabel(event.occurredAt, ZONE) === label);
        expect(points[index]).toMatchObject({ requests: day.length, cost: { amount: costOf(day) } });
      });
    }
    const expected = new Set(ofOwner().flatMap((event) => KEYS[dimension](event)));
    expect(new Set(answer.series.map(({ key }) => key[dimension]))).toEqual(expected);
    expect(answer.additive).toBe(dimension !== 'tag');
    expect(answer.total === null).toBe(dimension === 'tag');
  });

  test.each(['hour', 'day', 'month'] as const)('by %s of another zone', async (bucket) => {
    const answer = await analytics.read(owner, figures({ bucket, zone: 'America/New_York' }));
    expect(answer.source).toBe('usage_hour');
    const [series] = answer.series;
    answer.buckets.forEach(({ startsAt, endsAt }, index) => {
      const from = Date.parse(startsAt);
      const to = Date.parse(endsAt);
      const own = ofOwner().filter(({ occurredAt }) => occurredAt >= from && occurredAt < to);
      expect(series?.points[index]).toMatchObject({ requests: own.length, cost: { amount: costOf(own) } });
    });
  });

  test('in the day of 25 hours', async () => {
    const from = Date.parse('2026-10-24T22:00:00Z');
    const to = Date.parse('2026-10-25T23:00:00Z');
    const own = ofOwner().filter(({ occurredAt }) => occurredAt >= from && occurredAt < to);
    const byDay = await analytics.read(owner, figures({ from, to }));
    const byHour = await analytics.read(owner, figures({ from, to, bucket: 'hour' }));
    expect(byDay).toMatchObject({
      source: 'usage_day',
      total: { requests: own.length, cost: { amount: costOf(own) } },
    });
    expect(byHour).toMatchObject({ source: 'usage_hour', total: byDay.total });
    expect(byHour.buckets).toHaveLength(25);
  });

  test('filtered', async () => {
    const filters = { model: 'o3', outcome: 'success' };
    const own = ofOwner().filter((event) => event.requestedModel === 'o3' && event.outcome === 'success');
    const answer = await analytics.read(owner, figures({ dimensions: ['project'], filters }));
    expect(answer.total).toMatchObject({ requests: own.length, cost: { amount: costOf(own) }, errors: 0 });
  });

  test('of all organizations together, and of each deployment', async () => {
    const all = await analytics.read(null, figures({ dimensions: ['organization'] }));
    expect(all.series.map(({ key }) => key['organization'])).toEqual([owner.id, other.id]);
    expect(all.total).toMatchObject({ requests: EVENTS, cost: { amount: costOf(events) } });
    const deployments = await analytics.read(null, figures({ dimensions: ['deployment'], bucket: 'day' }));
    expect(deployments).toMatchObject({ source: 'deployment_hour', total: all.total });
  });
});

test('percentiles come out of merged histograms, within 2 % of the exact ones', async () => {
  const measures = ['latencyP50', 'latencyP95', 'latencyP99', 'firstTokenP95'] as const;
  const exact = (values: number[], fraction: number): number =>
    values.sort((a, b) => a - b)[Math.ceil(fraction * values.length) - 1] ?? 0;
  const near = (value: unknown, expected: number): void =>
    expect(Math.abs(Number(value) - expected) / expected).toBeLessThanOrEqual(0.0201);
  for (const bucket of [null, 'day', 'hour'] as const) {
    const answer = await analytics.read(owner, figures({ measures, dimensions: ['model'], bucket }));
    for (const { key, total } of answer.series) {
      const own = ofOwner().filter((event) => event.requestedModel === key['model']);
      const totals = own.map(({ timings }) => timings.totalMs);
      near(total['latencyP50'], exact(totals, 0.5));
      near(total['latencyP95'], exact(totals, 0.95));
      near(total['latencyP99'], exact(totals, 0.99));
      near(
        total['firstTokenP95'],
        exact(
          own.flatMap(({ timings }) => timings.firstTokenMs ?? []),
          0.95,
        ),
      );
    }
  }
});

test('nothing happened: no series, zero sums, no percentile', async () => {
  const from = Date.parse('2020-01-01T00:00:00Z');
  const range = { from, to: from + 86_400_000 };
  const answer = await analytics.read(
    null,
    figures({ measures: ['requests', 'cost', 'latencyP95'], bucket: 'day', ...range }),
  );
  expect(answer).toMatchObject({
    series: [],
    total: { requests: 0, cost: { amount: '0.000000000000', currency: 'USD' }, latencyP95: null },
  });
});

test('days that do not consist of hours are kept for their own organizations only', async () => {
  const half = figures({ bucket: 'day', zone: 'Asia/Kolkata' });
  await expect(analytics.read(owner, half)).rejects.toBeInstanceOf(UsageFiguresError);
});

test('figures are as of the oldest event that waits', async () => {
  const fresh = await analytics.read(owner, figures({}));
  expect(Math.abs(Date.parse(fresh.asOf) - Date.now())).toBeLessThan(60_000);
  await database.pool.query(
    `INSERT INTO usage_inbox (lane, request_id, part, revision, payload, received_at)
     VALUES (0, gen_random_uuid(), 0, 0, '{}', now() - interval '1 hour')`,
  );
  const late = await analytics.read(owner, figures({}));
  expect(Date.now() - Date.parse(late.asOf)).toBeGreaterThan(3_590_000);
});
