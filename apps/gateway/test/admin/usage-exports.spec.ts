import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { UsageExportRow, UsageExportTotals } from '@tollgate/wire';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  ingest,
  newUsageEvent,
  type OrganizationWorld,
} from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;
let other: OrganizationWorld;

const DAY = '2026-10-01';
const range = { from: `${DAY}T00:00:00Z`, to: '2026-10-02T00:00:00Z' };

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
  other = await createOrganizationWorld(api, 'other');
  const occurredAt = Date.parse(`${DAY}T12:00:00Z`);
  const snapshot = await api.database.prisma.priceBookSnapshot.findFirstOrThrow({
    where: { priceBookId: world.priceBookId },
  });
  await ingest(
    api,
    [world, world, other].map((owner) => ({
      ...newUsageEvent(owner, { occurredAt }),
      priceSnapshotId: snapshot.id,
    })),
  );
});
afterAll(() => api.close());

test('a CSV file says what it is, and holds the organization’s own usage without what it costs the operator', async () => {
  const answer = await api.call('exportUsage', { token: world.token, query: range });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="usage_acme_${DAY}_${DAY}.csv"`);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const [header = '', row = '', ...rest] = answer.text.split('\r\n');
  expect(rest).toEqual(['']);
  expect(header).not.toContain('providerCost');
  const cells = Object.fromEntries(header.split(',').map((name, index) => [name, row.split(',')[index]]));
  expect(cells).toMatchObject({
    day: DAY,
    accountingPeriod: '2026-10',
    organizationId: world.organizationId,
    projectName: 'Web',
    apiKeyName: 'Server',
    provider: 'openai',
    model: 'gpt-4o',
    requests: '2',
    'usage.input': '2000',
    'usage.output': '1000',
    cost: '0.019800000000',
    currency: 'USD',
  });
});

test('JSON Lines end with the totals, which are also told apart and on the dashboard', async () => {
  const query = { ...range, organizationId: world.organizationId };
  const answer = await api.call('exportUsage', { query: { ...query, format: 'jsonl' } });
  const lines = answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as UsageExportRow);
  const { totals } = lines.pop() as unknown as { totals: UsageExportTotals };
  expect(lines).toMatchObject([{ day: DAY, requests: 2, usage: { input: 2_000, output: 1_000 } }]);
  expect(lines[0]?.providerCost).toBe(totals.providerCost);
  const control = await api.ok('readUsageExportTotals', { query });
  expect({ ...control, asOf: '' }).toEqual({ ...totals, asOf: '' });
  const dashboard = await api.ok('readUsage', { token: world.token, query: { measure: 'cost,requests', ...range } });
  expect(dashboard.total).toEqual({ cost: { amount: totals.cost, currency: 'USD' }, requests: totals.requests });
  const period = await api.ok('readUsageExportTotals', { token: world.token, query: { accountingPeriod: '2026-10' } });
  expect(period).toMatchObject({ cost: totals.cost, from: null, accountingPeriod: '2026-10' });
});

describe('refused before the file begins', () => {
  test.each([
    [{}, ['/query/from']],
    [{ from: range.to, to: range.from }, ['/query/to']],
    [{ ...range, from: '2026-10-01T07:00:00Z' }, ['/query/from']],
    [{ accountingPeriod: '2026-13' }, ['/query/accountingPeriod']],
    [{ accountingPeriod: '2026-10', zone: 'Asia/Tokyo' }, ['/query/zone']],
    [{ ...range, format: 'xlsx' }, ['/query/format']],
  ])('%j', async (query, pointers) => {
    const { errors } = await api.refused('exportUsage', 400, { token: world.token, query });
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('the operator names an organization; an organization finds no other', async () => {
    const { errors } = await api.refused('exportUsage', 400, { query: range });
    expect(errors).toMatchObject([{ pointer: '/query/organizationId' }]);
    const { organizationId } = other;
    for (const id of ['exportUsage', 'readUsageExportTotals'] as const) {
      await api.refused(id, 404, { token: world.token, query: { ...range, organizationId } });
    }
    const foreign = { ...range, apiKeyId: other.apiKeyId };
    const totals = await api.ok('readUsageExportTotals', { token: world.token, query: foreign });
    expect(totals).toMatchObject({ rows: 0, requests: 0, cost: '0.000000000000' });
  });
});

describe('years in another zone', () => {
  const path = '/api/v1/usage/exports/totals?zone=Europe/Berlin&from=2000-01-01T23:00:00Z&to=2199-12-30T23:00:00Z';

  test('are refused at once: each day would be a question of its own', async () => {
    const answer = await api.send('GET', path, { headers: { authorization: `Bearer ${world.token}` } });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('400 days');
  });
});

describe('a long file', () => {
  const ROWS = 30_000;

  beforeAll(async () => {
    const event = newUsageEvent(world, { occurredAt: Date.parse('2026-09-01T12:00:00Z') });
    await ingest(api, [event]);
    // more than the buffers between two processes hold
    const { rows } = await api.database.pool.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_name = 'usage_key_day' AND column_name <> 'model'`,
    );
    const columns = rows.map((row) => row.column_name).join(', ');
    await api.database.pool.query(
      `INSERT INTO usage_key_day (model, ${columns})
       SELECT repeat('x', 400) || number, ${columns} FROM usage_key_day, generate_series(1, ${ROWS - 1}) AS number
       WHERE day = '2026-09-01'`,
    );
  });

  const path = `/api/v1/usage/exports?from=2026-09-01T00:00:00Z&to=2026-09-02T00:00:00Z&format=jsonl`;

  function open(): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${world.token}` };
      get(`${api.url}${path}`, { headers, agent: false }, resolve).on('error', reject);
    });
  }

  test('is not read ahead of who reads it, and does not go on for who has left', async () => {
    const readers = [await open(), await open(), await open()];
    const busy = await api.send('GET', path, { headers: { authorization: `Bearer ${world.token}` } });
    expect(busy.status).toBe(503);
    expect(busy.text).toContain('urn:tollgate:problem:busy');
    for (const reader of readers) reader.destroy();
    let status = 503;
    for (let tries = 0; status === 503 && tries < 100; tries++) {
      await sleep(20);
      const answer = await api.send('GET', path, { headers: { authorization: `Bearer ${world.token}` } });
      ({ status } = answer);
      if (status === 200) expect(answer.text.trimEnd().split('\n')).toHaveLength(ROWS + 1);
    }
    expect(status).toBe(200);
  });

  test('that breaks off never looks complete', async () => {
    const reader = await open();
    await api.database.pool.query('ALTER TABLE usage_key_day RENAME TO usage_key_day_away');
    let isComplete = true;
    try {
      for await (const chunk of reader) expect(chunk).toBeDefined();
    } catch {
      isComplete = false;
    }
    await api.database.pool.query('ALTER TABLE usage_key_day_away RENAME TO usage_key_day');
    expect(isComplete).toBe(false);
  });
});
