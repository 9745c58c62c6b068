import { newId } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { Database, noteReachedBudgets } from '../src/index.js';
import { createTenant } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

let testDatabase: TestDatabase;
let database: Database;
let tenant: Tenant;
let budgetId: string;

const NOVEMBER = new Date('2026-11-01T00:00:00Z');
const DECEMBER = new Date('2026-12-01T00:00:00Z');
const JANUARY = new Date('2027-01-01T00:00:00Z');
const NOW = new Date('2026-11-20T12:00:00Z');

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

beforeEach(async () => {
  tenant = await createTenant(database);
  const { organizationId } = tenant;
  await database.prisma.accountingPeriod.createMany({
    data: [
      { organizationId, label: '2026-11', startsAt: NOVEMBER, endsAt: DECEMBER },
      { organizationId, label: '2026-12', startsAt: DECEMBER, endsAt: JANUARY },
    ],
  });
  budgetId = newId('budget');
  const ladder = [
    { percent: 50, action: 'notify' },
    { percent: 60, action: 'cheaper-model' },
    { percent: 80, action: 'notify' },
    { percent: 80, action: 'throttle', requestsPerMinute: 5 },
  ];
  await database.prisma.budget.create({
    data: { id: budgetId, organizationId, scope: 'organization', scopeId: organizationId, amount: '10', ladder },
  });
});

const spend = (amount: string, period = NOVEMBER) =>
  database.pool.query(
    `INSERT INTO budget_spend (organization_id, scope, scope_id, period_starts_at, spent) VALUES ($1, 'organization', $1, $2, $3)
     ON CONFLICT (organization_id, scope, scope_id, period_starts_at) DO UPDATE SET spent = excluded.spent`,
    [tenant.organizationId, period, amount],
  );

const raise = (amount: string, expiresAt: Date) =>
  database.prisma.budgetRaise.create({
    data: {
      ...{ id: newId('budgetRaise'), budgetId, organizationId: tenant.organizationId, amount, expiresAt },
      ...{ reason: 'launch', createdBy: 'test', idempotencyKey: newId('budgetRaise') },
    },
  });

const noted = async (at = NOW): Promise<number[]> =>
  (await noteReachedBudgets(database.pool, at)).map(({ percent }) => percent);

describe('a rung that tells people', () => {
  test('is noted when it is reached, to the last picounit, and not again in its period', async () => {
    expect(await noted()).toEqual([]);
    await spend('4.999999999999');
    expect(await noted()).toEqual([]);
    await spend('5');
    expect(await noted()).toEqual([50]);
    await spend('7.9');
    expect(await noted()).toEqual([]);
    await spend('25');
    expect(await noted()).toEqual([80]);
    expect(await noted()).toEqual([]);
    await spend('9', DECEMBER);
    expect(await noted(new Date('2026-12-20T00:00:00Z'))).toEqual([50, 80]);
  });

  test('counts raises while they last', async () => {
    await spend('5.5');
    await raise('10', DECEMBER);
    expect(await noted()).toEqual([]);
    await raise('1000', new Date(NOW.getTime() - 1));
    await spend('10');
    expect(await noteReachedBudgets(database.pool, NOW)).toMatchObject([
      { percent: 50, spent: '10.000000000000', granted: '20.000000000000' },
    ]);
  });

  test('is noted by one of those who look at the same time, with its alert and its entry in the audit log', async () => {
    await spend('8');
    const all = await Promise.all(Array.from({ length: 8 }, () => noted()));
    expect(all.flat().sort()).toEqual([50, 80]);
    const alerts = await database.pool.query('SELECT FROM alert WHERE subject = $1', [budgetId]);
    expect(alerts.rowCount).toBe(2);
    const entries = await database.prisma.auditLogEntry.findMany({ where: { resourceId: budgetId } });
    expect(entries.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'worker budget.noticed',
      'worker budget.noticed',
    ]);
  });

  test('is delivered to whom it concerns: owners, admins and finance people of the organization', async () => {
    for (const role of ['owner', 'admin', 'developer', 'finance', 'viewer']) {
      const id = newId('consoleUser');
      const email = `${role}@${tenant.organizationId}.example`;
      await database.prisma.consoleUser.create({ data: { id, name: role, email } });
      const member = { id: newId('member'), organizationId: tenant.organizationId, userId: id, role };
      await database.prisma.member.create({ data: member });
    }
    await spend('5');
    const [notice] = await noteReachedBudgets(database.pool, NOW);
    expect(notice).toMatchObject({ scope: 'organization', periodEndsAt: DECEMBER });
    const { rows } = await database.pool.query<{ recipient: string }>(
      'SELECT recipient FROM alert_delivery WHERE organization_id = $1 ORDER BY 1',
      [tenant.organizationId],
    );
    expect(rows.map(({ recipient }) => recipient.split('@')[0])).toEqual(['admin', 'finance', 'owner']);
  });

  test('of nothing that is granted is reached by the first charge, not before', async () => {
    await database.prisma.budget.update({ where: { id: budgetId }, data: { amount: '0' } });
    await spend('0');
    expect(await noted()).toEqual([]);
    await spend('0.000000000001');
    expect(await noted()).toEqual([50, 80]);
  });
});
