import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '@tollgate/database';
import { dayLabel, formatPicos, type UsageEvent } from '@tollgate/domain';
import { PostgresUsageAnalytics, UsageFiguresError, type UsageFigures, type UsageOwner } from '../src/index.js';
import fc from 'fast-check';
import { createUsageWorld, FROM, TO, ZONE, type UsageWorld } from './usage-world.js';

const EVENTS = 4_000;

let world: UsageWorld;
let database: Database;
let analytics: PostgresUsageAnalytics;
let owner: UsageOwner;
let other: UsageOwner;
let events: readonly UsageEvent[];
let costs: ReadonlyMap<string, bigint>;

beforeAll(async () => {
  world = await createUsageWorld(EVENTS);
  ({ database, owner, other, events, costs } = world);
  analytics = new PostgresUsageAnalytics(database.pool);
});
afterAll(() => world.close());

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
    const byModel = await analytics.read(null, figures({ dimensions: ['model'] }));
    expect(byModel).toMatchObject({ source: 'installation_hour', total: all.total });
    const deployments = await analytics.read(null, figures({ dimensions: ['deployment'], bucket: 'day' }));
    expect(deployments).toMatchObject({ source: 'deployment_hour', total: all.total });
  });
});

describe('over all organizations, whole days of UTC and the hours at the edges', () => {
  const HOUR_MS = 3_600_000;
  const HOURS = (TO - FROM) / HOUR_MS;
  const SUMS = ['requests', 'cost', 'providerCost', 'listCost', 'errors', 'inputTokens', 'cacheReadTokens'] as const;
  const LATENCIES = ['latencyP50', 'latencyP95', 'latencyP99', 'firstTokenP50', 'firstTokenP95'] as const;

  const valuesByKey = (series: readonly { readonly key: object; readonly total: object }[]): Map<string, unknown> =>
    new Map(series.map(({ key, total }) => [JSON.stringify(key), total]));

  const asked = fc.record({
    from: fc.integer({ min: -30, max: HOURS - 1 }).map((hour) => FROM + hour * HOUR_MS),
    length: fc.integer({ min: 1, max: HOURS + 30 }).map((hours) => hours * HOUR_MS),
    zone: fc.constantFrom(null, 'UTC', ZONE, 'America/New_York', 'Pacific/Kiritimati'),
    bucket: fc.constantFrom(null, 'day' as const, 'month' as const),
    filters: fc.constantFrom({}, { outcome: 'success' }, { provider: 'openai' }),
    dimensions: fc.constantFrom<UsageFigures['dimensions'][number][]>(
      [],
      ['model'],
      ['outcome', 'model'],
      ['organization'],
      ['deployment'],
    ),
  });

  test('tell what the hours alone tell', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ from, length, zone, bucket, filters, dimensions }) => {
        const measures = dimensions.includes('organization') ? SUMS : [...SUMS, ...LATENCIES];
        const question = figures({ measures, dimensions, filters, zone, from, to: from + length });
        const byHours = await analytics.read(null, { ...question, bucket: 'hour' });
        const byDays = await analytics.read(null, { ...question, bucket });
        expect(valuesByKey(byDays.series)).toEqual(valuesByKey(byHours.series));
        expect(byDays.total).toEqual(byHours.total);
        // each span of time has what belongs into it
        const index = length % Math.max(1, byDays.buckets.length);
        const span = byDays.buckets[index];
        if (span === undefined) return;
        const [begin, end] = [Date.parse(span.startsAt), Date.parse(span.endsAt)];
        const within = valuesByKey(
          (await analytics.read(null, { ...question, from: begin, to: end, bucket: 'hour' })).series,
        );
        for (const { key, points } of byDays.series) {
          const there = within.get(JSON.stringify(key));
          if (there === undefined) expect(points[index]).toMatchObject({ requests: 0 });
          else expect(points[index]).toEqual(there);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are read instead of the hours', async () => {
    const days = ['installation_day', 'deployment_day', 'organization_day'];
    const question = { from: Date.parse('2026-10-24T00:00:00Z'), to: Date.parse('2026-10-27T00:00:00Z') };
    const read = async (dimensions: UsageFigures['dimensions']): Promise<unknown> =>
      (await analytics.read(null, figures({ ...question, dimensions, bucket: 'day' }))).total?.['requests'];
    const before = await Promise.all([read(['model']), read(['deployment']), read(['organization'])]);
    for (const table of days) {
      await database.pool.query(`UPDATE ${table} SET requests = requests + 1 WHERE day = '2026-10-25'`);
    }
    const after = await Promise.all([read(['model']), read(['deployment']), read(['organization'])]);
    for (const [index, table] of days.entries()) {
      const { rowCount } = await database.pool.query(
        `UPDATE ${table} SET requests = requests - 1 WHERE day = '2026-10-25'`,
      );
      expect(after[index]).toBe(Number(before[index]) + Number(rowCount));
    }
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

describe('what no rollup holds is added up from the requests', () => {
  const within = (from: number, to: number): UsageEvent[] =>
    ofOwner().filter(({ occurredAt }) => occurredAt >= from && occurredAt < to);

  test('days of a zone that do not consist of hours', async () => {
    const from = Date.parse('2026-10-23T18:30:00Z');
    const to = Date.parse('2026-10-26T18:30:00Z');
    const answer = await analytics.read(owner, figures({ bucket: 'day', zone: 'Asia/Kolkata', from, to }));
    expect(answer).toMatchObject({ source: 'usage_event', total: { cost: { amount: costOf(within(from, to)) } } });
    answer.buckets.forEach(({ label }, index) => {
      const day = ofOwner().filter(({ occurredAt }) => dayLabel(occurredAt, 'Asia/Kolkata') === label);
      expect(answer.series[0]?.points[index]).toMatchObject({ requests: day.length, cost: { amount: costOf(day) } });
    });
  });

  test('any instants, keys with members and tags, latency of a key', async () => {
    const from = FROM + 1_234_567;
    const to = TO - 7_654_321;
    const measures = ['requests', 'cost', 'latencyP95', 'firstTokenP50'] as const;
    const dimensions = ['apiKey', 'tag'] as const;
    const answer = await analytics.read(
      owner,
      figures({ measures, dimensions, from, to, filters: { project: 'proj_1' } }),
    );
    expect(answer.source).toBe('usage_event');
    expect(answer.series).toHaveLength(8);
    for (const { key, total } of answer.series) {
      const own = within(from, to).filter(
        (event) =>
          event.projectId === 'proj_1' && event.apiKeyId === key['apiKey'] && event.tags.includes(key['tag'] ?? ''),
      );
      expect(total).toMatchObject({ requests: own.length, cost: { amount: costOf(own) } });
      const times = own.map(({ timings }) => timings.totalMs).sort((a, b) => a - b);
      const exact = times[Math.ceil(0.95 * times.length) - 1] ?? 0;
      expect(Math.abs(Number(total['latencyP95']) - exact) / exact).toBeLessThanOrEqual(0.0201);
      expect(total['firstTokenP50']).not.toBeNull();
    }
  });

  test('agrees with the rollup where both hold the answer', async () => {
    const measures = [
      'requests',
      'errors',
      'cost',
      'tokens',
      'cacheReadTokens',
      'latencyP99',
      'firstTokenP95',
    ] as const;
    const asked = figures({ measures, dimensions: ['model', 'provider', 'outcome'], bucket: 'day' });
    const fromRollup = await analytics.read(owner, asked);
    // another name of the same clock has no days of its own; a filter that all requests pass has no hours
    const fromEvents = await analytics.read(owner, { ...asked, zone: 'Europe/Vienna', filters: { tag: 'web' } });
    expect([fromRollup.source, fromEvents.source]).toEqual(['usage_day', 'usage_event']);
    expect(fromEvents.series).toEqual(fromRollup.series);
  });

  test('by tag, filtered by tag: the other tags of its requests are not answered', async () => {
    const asked = figures({ dimensions: ['tag'], filters: { tag: 'beta' }, bucket: 'day' });
    const fromRollup = await analytics.read(owner, asked);
    const fromEvents = await analytics.read(owner, { ...asked, zone: 'Europe/Vienna' });
    expect([fromRollup.source, fromEvents.source]).toEqual(['spend_day', 'usage_event']);
    expect(fromRollup.series.map(({ key }) => key)).toEqual([{ tag: 'beta' }]);
    expect(fromEvents.series).toEqual(fromRollup.series);
  });

  test('unless there are too many', async () => {
    await database.pool.query(
      `UPDATE usage_key_day SET requests = 200001 WHERE organization_id = $1 AND api_key_id = 'key_1'`,
      [owner.id],
    );
    const ofKey = (apiKey: string): UsageFigures => figures({ measures: ['latencyP95'], filters: { apiKey } });
    await expect(analytics.read(owner, ofKey('key_1'))).rejects.toThrow(/at most 200000/);
    await expect(analytics.read(owner, ofKey('key_2'))).resolves.toMatchObject({ source: 'usage_event' });
  });

  test('nor over all organizations together', async () => {
    await expect(analytics.read(null, figures({ dimensions: ['project'] }))).rejects.toBeInstanceOf(UsageFiguresError);
  });
});

test('shares', async () => {
  const answer = await analytics.read(owner, figures({ measures: ['errorRate', 'cacheShare'], dimensions: ['model'] }));
  const sum = (list: readonly UsageEvent[], count: (event: UsageEvent) => number): number =>
    list.reduce((total, event) => total + count(event), 0);
  for (const { key, total } of answer.series) {
    const own = ofOwner().filter((event) => event.requestedModel === key['model']);
    const cached = sum(own, ({ usage }) => usage.input_cache_read ?? 0);
    expect(total['errorRate']).toBeCloseTo(sum(own, ({ errorCode }) => Number(errorCode !== null)) / own.length, 12);
    expect(total['cacheShare']).toBeCloseTo(cached / (cached + sum(own, ({ usage }) => usage.input ?? 0)), 12);
  }
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

test('percentiles of more requests than an integer counts', async () => {
  const { rowCount } = await database.pool.query(
    'UPDATE usage_day SET latency = ARRAY[5, 2147483647] WHERE organization_id = $1',
    [owner.id],
  );
  expect(rowCount).toBeGreaterThan(1);
  const answer = await analytics.read(owner, figures({ measures: ['latencyP95', 'firstTokenP95'] }));
  expect(answer.source).toBe('usage_day');
  // the fifth slot reaches from 1.04⁴ to 1.04⁵ milliseconds
  expect(answer.total?.['latencyP95']).toBeGreaterThan(1.16);
  expect(answer.total?.['latencyP95']).toBeLessThan(1.22);
  expect(answer.total?.['firstTokenP95']).not.toBeNull();
});
