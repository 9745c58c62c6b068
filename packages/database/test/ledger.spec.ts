import { newId, parsePicos, PICOS_PER_UNIT } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import {
  auditBooks,
  Database,
  ensureUsagePartitions,
  IdempotencyKeyReused,
  inTransaction,
  insertUsageInbox,
  postCredit,
  readBalance,
  sealUsage,
  USAGE_LANES,
  UsageIngestion,
} from '../src/index.js';
import type { CreditDraft, PostedCredit } from '../src/index.js';
import { installTestClock, setTestClock } from './test-clock.js';
import { createTenant, inboxEvent, newUsageEvent } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

const ALL_LANES = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
const MINUTE_MS = 60_000;
/** Noon of a day in the middle of this month, so that no minute of a test falls into another one. */
const NOON = Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), 2, 12);

let testDatabase: TestDatabase;
let database: Database;
let tenant: Tenant;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  const setUp = Database.connect(testDatabase.url);
  await installTestClock(setUp.pool);
  await setUp.close();
  database = Database.connect(testDatabase.url);
  tenant = await createTenant(database);
  await ensureUsagePartitions(database.pool, Date.now());
  await setTestClock(database.pool, NOON);
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

async function book(...events: readonly UsageEvent[]): Promise<void> {
  await insertUsageInbox(database.pool, events.map(inboxEvent));
  await new UsageIngestion(database.pool).ingest(ALL_LANES);
}

const priced = { usage: { input: 1_000, output: 10 }, requestedModel: 'gpt-4o' };
function usage(changes: Partial<UsageEvent> = {}): UsageEvent {
  return newUsageEvent(tenant, { occurredAt: NOON - 1, ...priced, ...changes }, () => 0);
}

async function rowsOf<T extends object>(sql: string): Promise<T[]> {
  return (await database.pool.query<T>(sql)).rows;
}

const ENTRIES = `SELECT e.account, e.amount, e.accounting_period, t.idempotency_key, t.reason
  FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id ORDER BY t.booked_at, e.transaction_id, e.line`;

describe('sealing', () => {
  test('makes a closed minute one transaction, to the picounit', async () => {
    await book(usage(), usage());
    expect(await sealUsage(database.pool)).toEqual({ transactions: 0, refused: [] }); // the minute is running
    await setTestClock(database.pool, NOON + MINUTE_MS);
    expect(await sealUsage(database.pool)).toEqual({ transactions: 1, refused: [] });
    const month = new Date(NOON).toISOString().slice(0, 7);
    const day = new Date(NOON).toISOString().slice(0, 10);
    const entry = (account: string, amount: string) => ({
      account,
      amount,
      accounting_period: month,
      idempotency_key: `usage:${day}T12:00Z:${month}`,
      reason: `Usage booked at ${day} 12:00 UTC`,
    });
    // 1,000 × 2.500000000001 $ / 10⁶ + 10 × 10.000000000007 $ / 10⁶, each rounded half-even to the picounit, twice
    expect(await rowsOf(ENTRIES)).toEqual([
      entry('receivable', '0.005200000000'),
      entry('revenue', '-0.005200000000'),
      entry('provider_cost', '0.005200000000'),
      entry('provider_payable', '-0.005200000000'),
    ]);
    expect(await rowsOf('SELECT * FROM usage_accrual')).toEqual([]);
  });

  test('twice is once, also at the same time', async () => {
    for (let minute = 0; minute < 5; minute++) {
      await setTestClock(database.pool, NOON + minute * MINUTE_MS);
      await book(usage());
    }
    await setTestClock(database.pool, NOON + 5 * MINUTE_MS);
    const before = await readBalance(database.pool, tenant.organizationId);
    const reports = await Promise.all([1, 2, 3].map(() => sealUsage(database.pool)));
    expect(reports.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(5);
    expect(await sealUsage(database.pool)).toEqual({ transactions: 0, refused: [] });
    const after = await readBalance(database.pool, tenant.organizationId);
    expect(after).toMatchObject({ spent: before.spent, owed: before.owed, cost: before.cost });
    expect(after.accounts.every(({ accrued }) => accrued === 0n)).toBe(true);
  });

  test('waits for usage that is being booked into the minute, and for nothing else', async () => {
    const other = await createTenant(database);
    await book(usage(), newUsageEvent(other, { occurredAt: NOON - 1 }));
    await insertUsageInbox(database.pool, [inboxEvent(usage())]);
    await database.pool.query('CREATE TABLE gate ()');
    await database.pool.query(`
      CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
      CREATE TRIGGER waits AFTER INSERT OR UPDATE ON usage_accrual FOR EACH STATEMENT EXECUTE FUNCTION wait_at_gate()`);
    const gate = await database.pool.connect();
    await gate.query('SELECT pg_advisory_lock(4711)');
    const booking = new UsageIngestion(database.pool).ingest(ALL_LANES); // has read the clock, and hangs before its commit
    await untilWaiting('advisory');
    await setTestClock(database.pool, NOON + MINUTE_MS);
    const sealing = sealUsage(database.pool);
    await untilWaiting('transactionid');
    expect(await rowsOf('SELECT organization_id FROM ledger_transaction')).toEqual([
      { organization_id: other.organizationId },
    ]);
    await gate.query('SELECT pg_advisory_unlock(4711)');
    gate.release();
    await booking;
    expect(await sealing).toEqual({ transactions: 2, refused: [] });
    expect(await rowsOf('SELECT * FROM usage_accrual')).toEqual([]);
    const { spent, owed } = await readBalance(database.pool, tenant.organizationId);
    expect([spent, owed]).toEqual([2n * 2_600_000_000n, spent]);
  });

  async function untilWaiting(event: string): Promise<void> {
    for (;;) {
      const sql = `SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND wait_event = '${event}'`;
      if ((await rowsOf(sql)).length > 0) return;
    }
  }

  test('a clock that is set back leads into no sealed minute', async () => {
    await book(usage());
    await setTestClock(database.pool, NOON + 10 * MINUTE_MS);
    await sealUsage(database.pool);
    await setTestClock(database.pool, NOON + 3 * MINUTE_MS);
    await book(usage());
    const minutes = await rowsOf<{ booking_minute: Date }>('SELECT DISTINCT booking_minute FROM usage_accrual');
    expect(minutes).toEqual([{ booking_minute: new Date(NOON + 10 * MINUTE_MS) }]);
    const events = await rowsOf('SELECT booked_at FROM usage_event ORDER BY booked_at DESC LIMIT 1');
    expect(events).toEqual([{ booked_at: new Date(NOON + 10 * MINUTE_MS) }]);
    await setTestClock(database.pool, NOON + 12 * MINUTE_MS);
    expect(await sealUsage(database.pool)).toEqual({ transactions: 1, refused: [] });
  });

  test('what a correction has taken back whole leaves no transaction', async () => {
    const event = usage();
    await book(event);
    await book({ ...event, revision: 1, usage: {}, usageSource: 'reported' });
    await setTestClock(database.pool, NOON + MINUTE_MS);
    expect(await sealUsage(database.pool)).toEqual({ transactions: 0, refused: [] });
    expect(await rowsOf('SELECT * FROM usage_accrual')).toEqual([]);
  });

  test('what the ledger refuses of one organization stops no other', async () => {
    const other = await createTenant(database);
    await book(usage(), newUsageEvent(other, { occurredAt: NOON - 1 }));
    await database.pool.query(`UPDATE usage_accrual SET amount = amount + 0.000000000001
      WHERE account = 'revenue' AND organization_id = '${tenant.organizationId}'`);
    await setTestClock(database.pool, NOON + MINUTE_MS);
    const report = await sealUsage(database.pool);
    expect(report).toMatchObject({ transactions: 1, refused: [{ organizationId: tenant.organizationId }] });
    expect(report.refused[0]?.reason).toContain('do not sum to zero');
  });
});

describe('credits', () => {
  const draft = (changes: Partial<CreditDraft> = {}): CreditDraft => ({
    organizationId: tenant.organizationId,
    kind: 'payment',
    picos: 25n * PICOS_PER_UNIT + 1n,
    reason: 'Transfer',
    source: 'mtok_1',
    idempotencyKey: 'key-1',
    ...changes,
  });
  const credit = (changes: Partial<CreditDraft> = {}): Promise<PostedCredit | null> =>
    inTransaction(database.pool, 'READ COMMITTED', (client) => postCredit(client, draft(changes)));

  test('a payment is cash that we owe in usage; a promotion is no cash', async () => {
    await credit();
    await credit({ kind: 'promotion', picos: 5n, idempotencyKey: 'key-2' });
    expect(await rowsOf('SELECT kind, account, amount FROM ledger_entry ORDER BY transaction_id, line')).toEqual([
      { kind: 'payment', account: 'cash', amount: '25.000000000001' },
      { kind: 'payment', account: 'prepaid', amount: '-25.000000000001' },
      { kind: 'promotion', account: 'promo', amount: '0.000000000005' },
      { kind: 'promotion', account: 'prepaid', amount: '-0.000000000005' },
    ]);
    const balance = await readBalance(database.pool, tenant.organizationId);
    const all = parsePicos('25.000000000006');
    expect(balance).toMatchObject({ credited: all, available: all, spent: 0n, owed: 0n, cost: 0n });
  });

  test('prepaid usage uses it up', async () => {
    await database.pool.query(`UPDATE organization SET billing_mode = 'prepaid'`);
    await credit({ picos: 2_600_000_001n });
    await book(usage());
    await setTestClock(database.pool, NOON + MINUTE_MS);
    for (const step of ['accrued', 'sealed']) {
      const { available, spent, owed } = await readBalance(database.pool, tenant.organizationId);
      expect({ step, available, spent, owed }).toEqual({ step, available: 1n, spent: 2_600_000_000n, owed: 0n });
      await sealUsage(database.pool);
    }
  });

  test('a correction takes back from the account that was charged, whatever the mode is by then', async () => {
    const event = usage();
    const correction = (revision: number, input: number): UsageEvent => ({
      ...event,
      revision,
      usage: { input },
      usageSource: 'reported',
    });
    const changeTo = (mode: string) => database.pool.query(`UPDATE organization SET billing_mode = '${mode}'`);
    const headline = async (): Promise<bigint[]> => {
      const { available, spent, owed } = await readBalance(database.pool, tenant.organizationId);
      return [available, spent, owed];
    };
    await changeTo('prepaid');
    await credit({ picos: 2_600_000_001n });
    await book(event);
    expect(await headline()).toEqual([1n, 2_600_000_000n, 0n]);
    await changeTo('postpaid');
    await book(correction(1, 400));
    expect(await headline()).toEqual([2_600_000_001n, 1_000_000_000n, 1_000_000_000n]);
    await changeTo('prepaid');
    await book(correction(2, 0));
    expect(await headline()).toEqual([2_600_000_001n, 0n, 0n]);
    expect((await auditBooks(database.pool, 'full')).findings).toEqual([]);
  });

  test('the same key posts once, however many come at the same time', async () => {
    const posted = await Promise.all(Array.from({ length: 8 }, () => credit()));
    expect(posted.filter((each) => each?.posted === true)).toHaveLength(1);
    expect(new Set(posted.map((each) => each?.transactionId)).size).toBe(1);
    const different = [{ picos: 1n }, { reason: 'Other' }, { kind: 'promotion' as const }];
    for (const changes of different) await expect(credit(changes)).rejects.toThrow(IdempotencyKeyReused);
    expect(await rowsOf('SELECT 1 AS one FROM ledger_transaction')).toHaveLength(1);
    const other = await createTenant(database);
    expect(await credit({ organizationId: other.organizationId })).toMatchObject({ posted: true });
  });

  test('an organization that is not there gets nothing', async () => {
    expect(await credit({ organizationId: newId('organization') })).toBeNull();
  });
});
