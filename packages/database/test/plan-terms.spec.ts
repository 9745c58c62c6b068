import { newId } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { Database, postPlanTerms } from '../src/index.js';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

let made = 0;

async function createPlan(terms: { platformFee?: string; includedCredit?: string } = {}): Promise<string> {
  made += 1;
  const id = newId('plan');
  await database.prisma.plan.create({ data: { id, name: `Plan ${made}`, ...terms } });
  return id;
}

async function createOrganization(planId: string | null, timeZone = 'UTC'): Promise<string> {
  const id = newId('organization');
  await database.prisma.organization.create({ data: { id, name: 'Tenant', slug: id, planId, timeZone } });
  return id;
}

/** What was posted for an organization: fees and grants, by month. */
async function postedFor(organizationId: string): Promise<Record<string, string>> {
  const { rows } = await database.pool.query<{ key: string; amount: string }>(
    `SELECT t.idempotency_key AS key, -e.amount AS amount FROM ledger_transaction t
     JOIN ledger_entry e ON e.transaction_id = t.id AND e.account = 'revenue'
     WHERE t.organization_id = $1 AND t.kind = 'platform_fee'
     UNION ALL SELECT idempotency_key, amount FROM credit_grant WHERE organization_id = $1 AND origin = 'plan'`,
    [organizationId],
  );
  return Object.fromEntries(rows.map(({ key, amount }) => [key, String(Number(amount))]));
}

const run = (at = Date.now()) => postPlanTerms(database.pool, at);
const month = (): string => new Date().toISOString().slice(0, 7);

test('a fee is charged and credit given once for a month, however often and by how many it is tried', async () => {
  const id = await createOrganization(await createPlan({ platformFee: '49', includedCredit: '5' }));
  const runs = await Promise.all([run(), run(), run()]);
  expect(runs.flat().filter(({ organizationId }) => organizationId === id)).toHaveLength(1);
  expect(await run()).toEqual([]);
  expect(await postedFor(id)).toEqual({ [`platform_fee:${month()}`]: '49', [`plan:${month()}`]: '5' });
  const grants = await database.pool.query(
    `SELECT g.account, g.priority < 100 AS "beforePurchases", g.expires_at = p.ends_at AS "endsWithMonth",
            g.effective_from = p.starts_at AS "beginsWithMonth"
     FROM credit_grant g JOIN accounting_period p USING (organization_id) WHERE g.organization_id = $1`,
    [id],
  );
  expect(grants.rows).toEqual([
    { account: 'promo', beforePurchases: true, endsWithMonth: true, beginsWithMonth: true },
  ]);
});

test('who has no plan, or one that charges and gives nothing, is left alone', async () => {
  const [free, none] = [await createOrganization(await createPlan()), await createOrganization(null)];
  expect(await run()).toEqual([]);
  expect([await postedFor(free), await postedFor(none)]).toEqual([{}, {}]);
});

test('the plan that is there when the fee is posted is the month’s: another one later charges no second fee', async () => {
  const [first, second] = [
    await createPlan({ platformFee: '10' }),
    await createPlan({ platformFee: '99', includedCredit: '7' }),
  ];
  const id = await createOrganization(first);
  await run();
  await database.prisma.organization.update({ where: { id }, data: { planId: second } });
  await run();
  // the first gave no credit, so that the month has none yet
  expect(await postedFor(id)).toEqual({ [`platform_fee:${month()}`]: '10', [`plan:${month()}`]: '7' });
  await database.prisma.plan.update({ where: { id: second }, data: { platformFee: '1', includedCredit: '1' } });
  expect(await run()).toEqual([]);
});

test('a month begins in the organization’s own zone', async () => {
  const plan = await createPlan({ platformFee: '3' });
  const [east, west] = [
    await createOrganization(plan, 'Pacific/Kiritimati'),
    await createOrganization(plan, 'Pacific/Pago_Pago'),
  ];
  await run();
  const labels = [east, west].map(async (id) => Object.keys(await postedFor(id)));
  const local = (timeZone: string): string =>
    `platform_fee:${new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' }).format(new Date())}`;
  expect(await Promise.all(labels)).toEqual([[local('Pacific/Kiritimati')], [local('Pacific/Pago_Pago')]]);
});

test('a worker that dies in the middle leaves nothing half posted', async () => {
  const id = await createOrganization(await createPlan({ platformFee: '8', includedCredit: '2' }));
  // the grant is what comes last
  await database.pool.query(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`);
  await database.pool.query('CREATE TRIGGER die BEFORE INSERT ON credit_grant FOR EACH ROW EXECUTE FUNCTION die()');
  await expect(run()).rejects.toThrow();
  await database.pool.query('DROP TRIGGER die ON credit_grant');
  expect(await postedFor(id)).toEqual({});
  await run();
  expect(await postedFor(id)).toEqual({ [`platform_fee:${month()}`]: '8', [`plan:${month()}`]: '2' });
});

test('one organization for which nothing can be posted keeps nobody else waiting', async () => {
  const plan = await createPlan({ platformFee: '6' });
  const [refused, next] = [await createOrganization(plan), await createOrganization(plan)];
  await database.pool.query(`CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.organization_id = '${refused}' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$`);
  await database.pool.query(
    'CREATE TRIGGER refuse_one BEFORE INSERT ON ledger_transaction FOR EACH ROW EXECUTE FUNCTION refuse_one()',
  );
  await expect(run()).rejects.toThrow('not this one');
  await database.pool.query('DROP TRIGGER refuse_one ON ledger_transaction');
  expect(await postedFor(next)).toEqual({ [`platform_fee:${month()}`]: '6' });
  expect(await postedFor(refused)).toEqual({});
  await run();
  expect(await postedFor(refused)).toEqual({ [`platform_fee:${month()}`]: '6' });
});
