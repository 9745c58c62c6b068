import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formatPicos, parsePicos, type UsageEvent } from '@tollgate/domain';
import { USAGE_DIMENSIONS, type UsageAnswer, type UsageMeasure } from '@tollgate/wire';
import {
  PostgresUsageAnalytics,
  PostgresUsageExport,
  readDeploymentHealth,
  readRequestRecord,
  type UsageFigures,
  type UsageOwner,
} from '../src/index.js';
import { createUsageWorld, FROM, TO, type UsageWorld } from './usage-world.js';

/** What people read before and after requests have cost something beside: wasted attempts, hedges, shadow copies. */
let world: UsageWorld;
let before: Readings;
let after: Readings;
let parts: UsageEvent[];

const WASTE = ['upstream_failed', 'hedge_loser', 'shadow_copy'] as const;

beforeAll(async () => {
  world = await createUsageWorld(800);
  before = await readEverything();
  parts = world.events.slice(0, 300).map((event, index) => partOf(event, index));
  await world.book(parts);
  after = await readEverything();
});
afterAll(() => world.close());

/** At the request's own deployment, or where nothing else was ever sent. */
function partOf(event: UsageEvent, index: number): UsageEvent {
  const { target } = event;
  if (target === null) throw new Error('every request of this world has a target');
  const outcome = WASTE[index % WASTE.length] ?? 'shadow_copy';
  return {
    ...event,
    part: 1,
    target: index % 2 === 0 ? target : { ...target, provider: 'openai', deploymentId: 'dep_beside' },
    outcome,
    errorCode: outcome === 'upstream_failed' ? 'provider_failed' : null,
    status: outcome === 'upstream_failed' ? 502 : 200,
    usage: { input: 1_000 + index, output: 100 },
    usageSource: 'reported',
    timings: { admittedMs: 1, dispatchedMs: 2, firstTokenMs: 50_000, totalMs: 90_000 },
  };
}

const SHOWN: readonly UsageMeasure[] = ['cost', 'listCost', 'requests', 'errors', 'tokens', 'cacheReadTokens'];
const TIMED: readonly UsageMeasure[] = ['requests', 'latencyP50', 'latencyP99', 'firstTokenP95'];

interface Readings {
  readonly figures: Readonly<Record<string, Pick<UsageAnswer, 'series' | 'total' | 'source'>>>;
  readonly exports: unknown;
  readonly health: unknown;
  readonly paid: bigint;
}

async function readEverything(): Promise<Readings> {
  const analytics = new PostgresUsageAnalytics(world.database.pool);
  const whole = { bucket: null, from: FROM, to: TO, zone: null, filters: {} } as const;
  const asked: [string, UsageOwner | null, UsageFigures][] = [
    ...USAGE_DIMENSIONS.filter((each) => each !== 'organization').map(
      (each): [string, UsageOwner | null, UsageFigures] => [
        `of an organization by ${each}`,
        world.owner,
        { ...whole, measures: SHOWN, dimensions: [each], bucket: 'day' },
      ],
    ),
    ['times of an organization', world.owner, { ...whole, measures: TIMED, dimensions: ['model'], bucket: 'day' }],
    ['times of its requests', world.owner, { ...whole, measures: TIMED, dimensions: ['apiKey', 'member'] }],
    ['hours in another zone', world.owner, { ...whole, measures: SHOWN, dimensions: [], zone: 'UTC', bucket: 'day' }],
    ['by outcome and tag', world.owner, { ...whole, measures: SHOWN, dimensions: ['outcome', 'tag'] }],
    ['of all', null, { ...whole, measures: [...SHOWN, 'latencyP95'], dimensions: ['model', 'outcome'] }],
    ['of deployments', null, { ...whole, measures: [...SHOWN, 'latencyP95'], dimensions: ['deployment'] }],
    ['of organizations', null, { ...whole, measures: SHOWN, dimensions: ['organization'] }],
  ];
  const figures: Record<string, Pick<UsageAnswer, 'series' | 'total' | 'source'>> = {};
  for (const [name, owner, question] of asked) {
    const { series, total, source } = await analytics.read(owner, question);
    figures[name] = { series, total, source };
  }
  const paid = await analytics.read(null, { ...whole, measures: ['providerCost'], dimensions: [] });
  return {
    figures,
    exports: [await readExports(null, false), await readExports('UTC', false)],
    health: await readHealth(),
    paid: parsePicos((paid.total?.['providerCost'] as { amount: string }).amount),
  };
}

async function readExports(zone: string | null, withProviderCost: boolean) {
  const exports = new PostgresUsageExport(world.database.pool);
  const range = zone === null ? { from: FROM, to: TO } : { from: Date.UTC(2026, 9, 22), to: Date.UTC(2026, 9, 29) };
  const request = { organization: world.owner, range, zone, accountingPeriod: null, filters: {}, withProviderCost };
  const rows = [];
  for await (const page of exports.pages(request)) rows.push(...page);
  const totals = await exports.totals(request);
  const withoutOurs = <Row extends object>(row: Row) => ({ ...row, providerCost: withProviderCost ? row : null });
  return { rows: rows.map(withoutOurs), totals: withoutOurs(totals) };
}

async function readHealth() {
  const deployments = [...new Set(world.events.map(({ target }) => target?.deploymentId ?? ''))];
  const health = await readDeploymentHealth(world.database.pool, deployments, FROM);
  return [...health].sort(([a], [b]) => (a < b ? -1 : 1));
}

test('what anybody but the operator is shown is the same to the last digit', () => {
  expect(Object.keys(after.figures)).toHaveLength(16);
  for (const [name, figures] of Object.entries(before.figures)) {
    expect(figures.series.length).toBeGreaterThan(0);
    expect([name, after.figures[name]]).toEqual([name, figures]);
  }
});

test('files hold the same rows and totals; the operator’s hold what was paid besides', async () => {
  expect(after.exports).toEqual(before.exports);
  for (const zone of [null, 'UTC']) {
    const { rows, totals } = await readExports(zone, true);
    const paid = rows.reduce((sum, row) => sum + (row.providerCost?.providerCost ?? 0n), 0n);
    expect(totals.providerCost).toMatchObject({ rows: rows.length, providerCost: paid });
    const own = await world.database.pool.query<{ paid: string }>(
      'SELECT sum(provider_cost) AS paid FROM usage_event WHERE organization_id = $1',
      [world.owner.id],
    );
    expect(formatPicos(paid)).toBe(own.rows[0]?.paid);
  }
});

test('the health of deployments is that of their requests', () => {
  expect(after.health).toEqual(before.health);
});

test('what we pay grows by the waste, and by nothing else', async () => {
  const { rows } = await world.database.pool.query<{ waste: string }>(
    'SELECT sum(provider_cost) AS waste FROM usage_event WHERE part > 0',
  );
  const waste = parsePicos(rows[0]?.waste ?? '0');
  expect(waste).toBeGreaterThan(0n);
  expect(after.paid - before.paid).toBe(waste);
});

test('a request is told without it, and with it beside', async () => {
  const [part] = parts;
  if (part === undefined) throw new Error('no parts');
  const record = await readRequestRecord(world.database.pool, part.requestId, part.organizationId);
  const request = world.events.find(({ requestId }) => requestId === part.requestId);
  expect(record).toMatchObject({ outcome: request?.outcome, usage: request?.usage, routing: null });
  expect(record?.lines.every((line) => line.part === 0)).toBe(true);
  expect(record?.lines.reduce((sum, line) => sum + line.billedCost, 0n)).toBe(record?.billedCost);
  expect(record?.wasted).toEqual([
    {
      part: 1,
      outcome: part.outcome,
      provider: 'openai',
      upstreamModel: part.target?.upstreamModel,
      deploymentId: part.target?.deploymentId,
      usage: part.usage,
      providerCost: expect.any(BigInt),
    },
  ]);
});
