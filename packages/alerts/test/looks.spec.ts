import { Database, lookAtBalances, raiseEach } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { forecastBudgets, foreseeBudgets, SpendWatch } from '../src/index.js';

const NOW = new Date('2026-11-20T10:30:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * MINUTE_MS);

let testDatabase: TestDatabase;
let database: Database;
let organizationId: string;
let projectId: string;
let apiKeyId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  [organizationId, projectId, apiKeyId] = [newId('organization'), newId('project'), newId('apiKey')];
  const { prisma } = database;
  await prisma.organization.create({ data: { id: organizationId, name: 'Tenant', slug: organizationId } });
  await prisma.project.create({ data: { id: projectId, organizationId, name: 'Web' } });
  await prisma.apiKey.create({ data: { id: apiKeyId, organizationId, projectId, name: 'Server' } });
});

const spend = (hour: Date, amount: number): Promise<unknown> =>
  database.pool.query(
    `INSERT INTO spend_hour AS t VALUES ($1, date_trunc('hour', $2::timestamptz), $3, $4, $5)
     ON CONFLICT (organization_id, hour, project_id, api_key_id) DO UPDATE SET billed_cost = t.billed_cost + excluded.billed_cost`,
    [organizationId, hour, projectId, apiKeyId, amount],
  );

/** Ten days of three dollars in the same hour. */
async function spendAsUsual(): Promise<void> {
  for (let days = 1; days <= 10; days++) await spend(new Date(NOW.getTime() - days * DAY_MS), 3);
}

describe('unusual spend', () => {
  const mine = async (watch: SpendWatch, at: Date) =>
    (await watch.look(at)).filter((draft) => draft.organizationId === organizationId);

  test('is told when the next look finds that it goes on, of the key alone, and not again that day', async () => {
    await spendAsUsual();
    const watch = new SpendWatch(database.pool);
    await spend(NOW, 6);
    expect(await mine(watch, NOW)).toEqual([]);
    await spend(NOW, 3);
    expect(await mine(watch, later(1))).toEqual([]);
    await spend(NOW, 3);
    const drafts = await mine(watch, later(6));
    expect(drafts).toMatchObject([
      {
        kind: 'spend.anomaly',
        subject: apiKeyId,
        facts: { scopeName: 'Server', spent: '12.000000000000', times: '2' },
      },
    ]);
    await raiseEach(database.pool, drafts, later(6));
    await spend(NOW, 30);
    expect(await mine(new SpendWatch(database.pool), later(12))).toEqual([]);
  });

  test('that is over by the next look is not', async () => {
    await spendAsUsual();
    const watch = new SpendWatch(database.pool);
    await spend(NOW, 6.5);
    for (const minutes of [0, 1, 6, 11]) expect(await mine(watch, later(minutes))).toEqual([]);
  });

  test('is nothing of what has no history, or where it is switched off', async () => {
    const watch = new SpendWatch(database.pool);
    await spend(NOW, 500);
    for (const minutes of [0, 6]) expect(await mine(watch, later(minutes))).toEqual([]);
    await spendAsUsual();
    await database.pool.query(`INSERT INTO alert_settings (organization_id, anomaly_sensitivity) VALUES ($1, 'off')`, [
      organizationId,
    ]);
    for (const minutes of [0, 6]) expect(await mine(new SpendWatch(database.pool), later(minutes))).toEqual([]);
  });
});

describe('a prepaid balance', () => {
  test('is low, then used up, each told once until there is another grant', async () => {
    const { pool, prisma } = database;
    await prisma.organization.update({ where: { id: organizationId }, data: { billingMode: 'prepaid' } });
    await pool.query(
      `INSERT INTO accounting_period (organization_id, label, starts_at, ends_at) VALUES ($1, '2026-11', '2026-11-01', '2026-12-01')`,
      [organizationId],
    );
    await pool.query(`INSERT INTO organization_funding (organization_id, captured) VALUES ($1, 0)`, [organizationId]);
    const grant = async (remaining: number): Promise<void> => {
      const id = newId('creditGrant');
      await pool.query(
        `INSERT INTO credit_grant (id, organization_id, account, origin, currency, amount, priority, effective_from, reason, source, idempotency_key, accounting_period, booked_at)
         VALUES ($1, $2, 'promo', 'promotion', 'USD', 50, 50, '2026-11-01', 'x', 'x', $1, '2026-11', now())`,
        [id, organizationId],
      );
      await pool.query('INSERT INTO credit_grant_balance VALUES ($1, $2, 50, $3)', [id, organizationId, remaining]);
    };
    const look = async (): Promise<string[]> => {
      const drafts = (await lookAtBalances(pool, NOW)).filter((draft) => draft.organizationId === organizationId);
      return (await raiseEach(pool, drafts, NOW)).map(({ kind }) => kind);
    };
    await grant(10);
    expect(await look()).toEqual([]);
    await pool.query('UPDATE credit_grant_balance SET remaining = 9.99 WHERE organization_id = $1', [organizationId]);
    expect([await look(), await look()]).toEqual([['balance.low'], []]);
    await pool.query('UPDATE credit_grant_balance SET remaining = 0 WHERE organization_id = $1', [organizationId]);
    expect([await look(), await look()]).toEqual([['balance.exhausted'], []]);
    await grant(5);
    expect(await look()).toEqual(['balance.low']);
  });
});

test('a budget that will not last is foreseen, and told once', async () => {
  const { pool, prisma } = database;
  await pool.query(
    `INSERT INTO accounting_period (organization_id, label, starts_at, ends_at) VALUES ($1, '2026-11', '2026-11-01', '2026-12-01')`,
    [organizationId],
  );
  const id = newId('budget');
  const scope = { organizationId, scope: 'api_key', scopeId: apiKeyId } as const;
  await prisma.budget.create({ data: { id, ...scope, amount: '100' } });
  await pool.query(`INSERT INTO budget_spend VALUES ($1, 'api_key', $2, '2026-11-01', 80)`, [organizationId, apiKeyId]);
  for (let days = 1; days <= 28; days++) {
    await pool.query(
      `INSERT INTO usage_key_day SELECT $1, $2, '2026-11', $3, $4, 'gpt-4o', 'openai', 1, 0, 0, 0, 0, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0`,
      [organizationId, new Date(NOW.getTime() - days * DAY_MS), projectId, apiKeyId],
    );
  }
  const [forecast] = await forecastBudgets(pool, organizationId, NOW);
  // 20 dollars at 5 a day
  expect(forecast?.exhaustion?.expectedAt).toBeCloseTo(NOW.getTime() + 4 * DAY_MS, -8);
  const drafts = (await foreseeBudgets(pool, NOW)).filter((draft) => draft.organizationId === organizationId);
  expect(drafts).toMatchObject([{ kind: 'budget.exhaustion-forecast', subject: id }]);
  expect(await raiseEach(pool, drafts, NOW)).toHaveLength(1);
  expect(await raiseEach(pool, drafts, NOW)).toEqual([]);
});
