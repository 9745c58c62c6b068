import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayLabel, formatPicos, newRequestId, parsePicos, type UsageEvent } from '@tollgate/domain';
import type { UsageExportRow, UsageExportTotals } from '@tollgate/wire';
import {
  exportFile,
  PostgresUsageAnalytics,
  PostgresUsageExport,
  presentSums,
  UsageFiguresError,
  type UsageExportRequest,
} from '../src/index.js';
import { createUsageWorld, FROM, TO, ZONE, type UsageWorld } from './usage-world.js';

let world: UsageWorld;
let exports: PostgresUsageExport;

beforeAll(async () => {
  world = await createUsageWorld(3_000);
  exports = new PostgresUsageExport(world.database.pool);
});
afterAll(() => world.close());

const request = (changes: Partial<UsageExportRequest> = {}): UsageExportRequest => ({
  organization: world.owner,
  range: { from: FROM, to: TO },
  zone: null,
  accountingPeriod: null,
  filters: {},
  withProviderCost: true,
  ...changes,
});

interface Lines {
  readonly rows: readonly UsageExportRow[];
  readonly totals: UsageExportTotals;
}

async function readLines(asked: UsageExportRequest): Promise<Lines> {
  let text = '';
  for await (const chunk of exportFile(exports.pages(asked), fileOf('jsonl'))) text += chunk;
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const { totals } = lines.pop() as { totals: UsageExportTotals };
  return { rows: lines as UsageExportRow[], totals };
}

const fileOf = (format: 'csv' | 'jsonl') => ({
  format,
  organizationId: world.owner.id,
  withProviderCost: true,
  totals: (totals: Parameters<typeof presentSums>[0] & { rows: number }) =>
    ({ rows: totals.rows, ...presentSums(totals, true) }) as UsageExportTotals,
});

const sumOf = (rows: readonly { readonly cost: string }[]): string =>
  formatPicos(rows.reduce((sum, { cost }) => sum + parsePicos(cost), 0n));

async function money(sql: string): Promise<string> {
  const { rows } = await world.database.pool.query<{ amount: string | null }>(sql, [world.owner.id]);
  return formatPicos(parsePicos(rows[0]?.amount ?? '0'));
}

/** Everything that tells the organization's billed cost, from where it is kept. */
async function billedElsewhere(): Promise<Record<string, string>> {
  const analytics = new PostgresUsageAnalytics(world.database.pool);
  const figures = { measures: ['cost'], dimensions: [], bucket: null, zone: null, filters: {} } as const;
  const dashboard = await analytics.read(world.owner, { ...figures, from: FROM, to: TO });
  return {
    dashboard: (dashboard.total?.['cost'] as { amount: string }).amount,
    lines: await money(`
      SELECT sum(l.billed_cost) AS amount FROM rated_line l WHERE l.organization_id = $1 AND NOT EXISTS (
        SELECT FROM usage_event later
        WHERE later.request_id = l.request_id AND later.part = l.part AND later.revision > l.revision)`),
    accruals: await money(
      `SELECT -sum(amount) AS amount FROM usage_accrual WHERE organization_id = $1 AND account = 'revenue'`,
    ),
  };
}

async function expectAgreement(): Promise<void> {
  const { rows, totals } = await readLines(request());
  const elsewhere = await billedElsewhere();
  expect(parsePicos(totals.cost)).toBeGreaterThan(0n);
  expect({ rows: sumOf(rows), ...elsewhere }).toEqual({
    rows: totals.cost,
    dashboard: totals.cost,
    lines: totals.cost,
    accruals: totals.cost,
  });
  const control = await exports.totals(request());
  expect({ rows: control.rows, ...presentSums(control, true) }).toEqual(totals);
}

const ofOwner = (): readonly UsageEvent[] =>
  world.events.filter(({ organizationId }) => organizationId === world.owner.id);

test('rows are days × projects × keys × models, in order, and add up to the dashboard, the lines and the accruals', async () => {
  await expectAgreement();
  const { rows } = await readLines(request());
  expect(rows.length).toBeGreaterThan(120);
  const key = (row: UsageExportRow): string => [row.day, row.projectId, row.apiKeyId, row.model].join(' ');
  expect(rows.map(key)).toEqual(rows.map(key).sort());
  for (const row of rows) {
    const own = ofOwner().filter(
      (event) =>
        dayLabel(event.occurredAt, ZONE) === row.day &&
        event.projectId === row.projectId &&
        event.apiKeyId === row.apiKeyId &&
        event.requestedModel === row.model,
    );
    const count = (meter: keyof UsageEvent['usage']): number =>
      own.reduce((sum, { usage }) => sum + (usage[meter] ?? 0), 0);
    expect(row).toMatchObject({
      requests: own.length,
      errors: own.filter(({ errorCode }) => errorCode !== null).length,
      outputTokens: count('output'),
      inputTokens: count('input') + count('input_cache_read'),
      cost: formatPicos(own.reduce((sum, { requestId }) => sum + (world.costs.get(requestId) ?? 0n), 0n)),
    });
    expect(row.usage.input_cache_read ?? 0).toBe(count('input_cache_read'));
  }
});

describe('in another zone', () => {
  // Tokyo's days begin in the middle of Berlin's; Kolkata's are off by half an hour
  test.each(['Asia/Tokyo', 'Asia/Kolkata', 'America/New_York'])('%s', async (zone) => {
    const range = { from: midnight('2026-10-24', zone), to: midnight('2026-10-27', zone) };
    const asked = request({ zone, range });
    const { rows, totals } = await readLines(asked);
    const own = ofOwner().filter(({ occurredAt }) => occurredAt >= range.from && occurredAt < range.to);
    expect(totals.requests).toBe(own.length);
    expect(totals.cost).toBe(
      formatPicos(own.reduce((sum, { requestId }) => sum + (world.costs.get(requestId) ?? 0n), 0n)),
    );
    for (const day of new Set(rows.map((row) => row.day))) {
      const requests = rows.filter((row) => row.day === day).reduce((sum, row) => sum + row.requests, 0);
      expect(requests).toBe(own.filter(({ occurredAt }) => dayLabel(occurredAt, zone) === day).length);
    }
    const control = await exports.totals(asked);
    expect({ rows: control.rows, ...presentSums(control, true) }).toEqual(totals);
  });

  test('the events give what the rollup gives', async () => {
    // the same clock under another name, so that it is not the organization's own zone
    const fromEvents = await readLines(request({ zone: 'Europe/Vienna' }));
    expect(fromEvents).toEqual(await readLines(request()));
  });

  test('a range that cuts a day is refused', async () => {
    const refused = [request({ zone: 'Asia/Tokyo' }), request({ range: { from: FROM + 1, to: TO } })];
    for (const asked of refused) await expect(readLines(asked)).rejects.toBeInstanceOf(UsageFiguresError);
  });
});

function midnight(day: string, zone: string): number {
  for (let at = Date.parse(`${day}T00:00:00Z`) - 14 * 3_600_000; ; at += 900_000) {
    if (dayLabel(at, zone) === day) return at;
  }
}

test('filters', async () => {
  const { rows } = await readLines(request({ filters: { projectId: 'proj_1', apiKeyId: 'key_2', model: 'o3' } }));
  expect(new Set(rows.map((row) => `${row.projectId} ${row.apiKeyId} ${row.model}`))).toEqual(
    new Set(['proj_1 key_2 o3']),
  );
  expect(await readLines(request({ filters: { provider: 'nobody' } }))).toMatchObject({
    rows: [],
    totals: { rows: 0 },
  });
});

test('CSV: names cannot become formulas, amounts stay numbers, sums need no row of totals', async () => {
  const { prisma } = world.database;
  const name = '=HYPERLINK("https://example.com","x"), "quoted"\nline';
  await prisma.project.create({ data: { id: 'proj_0', organizationId: world.owner.id, name, costCentre: '-7' } });
  let text = '';
  for await (const chunk of exportFile(exports.pages(request()), fileOf('csv'))) text += chunk;
  const [header = [], ...cells] = parseCsv(text);
  const { rows, totals } = await readLines(request());
  expect(cells).toHaveLength(rows.length);
  expect(header.slice(0, 3)).toEqual(['day', 'accountingPeriod', 'organizationId']);
  const column = (title: string): string[] => cells.map((row) => row[header.indexOf(title)] ?? '');
  expect(new Set(column('projectName'))).toEqual(new Set(['', `'${name}`]));
  expect(new Set(column('costCentre'))).toEqual(new Set(['', `'-7`]));
  expect(sumOf(column('cost').map((cost) => ({ cost })))).toBe(totals.cost);
  const inputs = column('usage.input').reduce((sum, quantity) => sum + Number(quantity), 0);
  expect(inputs).toBe(totals.usage.input);
  await prisma.project.delete({ where: { id: 'proj_0' } });
});

/** RFC 4180, as a reader that trusts nothing but the quotes. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end = ''] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('late usage and corrections', () => {
  test('are booked into the open period: files by period equal the books of the period, files by day the dashboard', async () => {
    const { pool } = world.database;
    await pool.query(`UPDATE accounting_period SET state = 'closed' WHERE label = '2026-10'`);
    const [first] = ofOwner().filter(({ outcome }) => outcome === 'success');
    if (first === undefined) throw new Error('there is no event');
    const corrected = { ...first, revision: 1, usage: { input: 1, output: 1 } };
    const late = { ...first, requestId: newRequestId(FROM + 5_000).uuid, occurredAt: FROM + 5_000 };
    await world.book([corrected, late]);
    await expectAgreement();
    const byPeriod = async (accountingPeriod: string): Promise<Lines> =>
      readLines(request({ range: null, accountingPeriod }));
    for (const period of ['2026-10', '2026-11']) {
      const { rows, totals } = await byPeriod(period);
      expect(new Set(rows.map((row) => row.accountingPeriod))).toEqual(new Set([period]));
      const booked = await money(`SELECT -sum(amount) AS amount FROM usage_accrual
        WHERE organization_id = $1 AND account = 'revenue' AND accounting_period = '${period}'`);
      expect(totals.cost).toBe(booked);
    }
    // what the correction takes back is below zero; the file of days from the events says the same
    const { rows } = await byPeriod('2026-11');
    expect(rows.some(({ cost }) => cost.startsWith('-'))).toBe(true);
    expect(await readLines(request({ zone: 'Europe/Vienna' }))).toEqual(await readLines(request()));
  });
});

describe('reading', () => {
  test('goes on only when the reader does, each page with a statement of its own', async () => {
    const { pool } = world.database;
    const many = ofOwner()
      .slice(0, 1_200)
      .map((event, index) => ({
        ...event,
        requestId: newRequestId(event.occurredAt).uuid,
        apiKeyId: `key_many_${index}`,
      }));
    await world.book(many);
    const pages = exports.pages(request());
    const first = await pages.next();
    expect(first.value).toHaveLength(500);
    const { rows } = await pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'`,
    );
    expect(rows).toEqual([]);
    let count = 500;
    for await (const page of pages) count += page.length;
    expect(count).toBe((await exports.totals(request())).rows);
  });

  test('a reader who leaves stops the statement in Postgres', async () => {
    const { pool } = world.database;
    const left = new AbortController();
    const blocker = await pool.connect();
    await blocker.query('BEGIN; LOCK TABLE usage_key_day IN ACCESS EXCLUSIVE MODE');
    const reading = exports.pages(request(), left.signal).next();
    const waiting = async (): Promise<number> =>
      (
        await pool.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        )
      ).rows.length;
    while ((await waiting()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    left.abort();
    await expect(reading).rejects.toMatchObject({ code: '57014' });
    expect(await waiting()).toBe(0);
    await blocker.query('ROLLBACK');
    blocker.release();
  });
});
