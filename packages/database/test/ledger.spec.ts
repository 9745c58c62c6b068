import { formatPicos, newId } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import {
  auditBooks,
  Database,
  ensureUsagePartitions,
  inTransaction,
  insertUsageInbox,
  readBalance,
  requestManualPosting,
  sealUsage,
  USAGE_LANES,
  UsageIngestion,
} from '../src/index.js';
import type { ManualPostingDraft } from '../src/index.js';
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
    await book({ ...event, revision: 2 });
    await setTestClock(database.pool, NOON + MINUTE_MS);
    // the corrections cancel each other out, the usage stands
    expect(await sealUsage(database.pool)).toEqual({ transactions: 1, refused: [] });
    expect(await rowsOf('SELECT * FROM usage_accrual')).toEqual([]);
    expect(await rowsOf('SELECT DISTINCT kind FROM ledger_entry')).toEqual([{ kind: 'usage' }]);
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
    await sealUsage(database.pool); // tried again, and raised once
    const items = await rowsOf(`SELECT kind, subject, state FROM review_item WHERE kind = 'ledger_refused'`);
    const minute = new Date(NOON).toISOString().slice(0, 16);
    expect(items).toEqual([{ kind: 'ledger_refused', subject: `${tenant.organizationId}/${minute}Z`, state: 'open' }]);
  });
});

describe('what a minute comes from', () => {
  const post = (draft: Pick<ManualPostingDraft, 'kind' | 'picos'> & Partial<ManualPostingDraft>) => {
    const { organizationId } = tenant;
    const who = { organizationId, reason: 'x', requestedBy: 'usr_1', idempotencyKey: draft.kind };
    const from = { effectiveFrom: NOON - MINUTE_MS };
    return inTransaction(database.pool, 'READ COMMITTED', (client) =>
      requestManualPosting(client, { ...who, ...from, ...draft }),
    );
  };

  test('usage and corrections are transactions of their own; what was used and given back expires as before', async () => {
    const expiresAt = NOON + 86_400_000;
    await post({ kind: 'payment', picos: 3_000_000_000n, expiresAt });
    await post({ kind: 'promotion', picos: 1_000_000_000n });
    const event = usage();
    await book(event);
    await book({ ...event, revision: 1, usage: { input: 400 } });
    await setTestClock(database.pool, NOON + MINUTE_MS);
    expect(await sealUsage(database.pool)).toEqual({ transactions: 2, refused: [] });
    const sealed = await rowsOf(`SELECT e.kind, e.account, e.amount, e.booked_at AS at
      FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id WHERE t.source = 'sealing'
      ORDER BY array_position(ARRAY['usage', 'correction', 'expiry'], e.kind), e.line`);
    const entry = (kind: string, at: number, account: string, amount: string) => ({
      kind,
      account,
      amount,
      at: new Date(at),
    });
    expect(sealed).toEqual([
      entry('usage', NOON, 'prepaid', '0.001600000000'),
      entry('usage', NOON, 'promo', '0.001000000000'),
      entry('usage', NOON, 'revenue', '-0.002600000000'),
      entry('usage', NOON, 'provider_cost', '0.002600000000'),
      entry('usage', NOON, 'provider_payable', '-0.002600000000'),
      // what was taken last is given back first
      entry('correction', NOON, 'prepaid', '-0.001600000000'),
      entry('correction', NOON, 'revenue', '0.001600000000'),
      entry('correction', NOON, 'provider_cost', '-0.001600000000'),
      entry('correction', NOON, 'provider_payable', '0.001600000000'),
    ]);
    expect(await rowsOf('SELECT * FROM usage_accrual')).toEqual([]);
  });

  test('what expires and was used is taken back on the day that it expires', async () => {
    const expiresAt = NOON + 86_400_000;
    await post({ kind: 'payment', picos: 3_000_000_000n, expiresAt });
    await book(usage());
    await setTestClock(database.pool, NOON + MINUTE_MS);
    expect(await sealUsage(database.pool)).toEqual({ transactions: 2, refused: [] });
    expect(
      await rowsOf(`SELECT account, amount, booked_at FROM ledger_entry WHERE kind = 'expiry' ORDER BY amount`),
    ).toEqual(
      [
        ['breakage', '-0.003000000000'],
        ['prepaid', '-0.002600000000'],
        ['breakage', '0.002600000000'],
        ['prepaid', '0.003000000000'],
      ].map(([account, amount]) => ({ account, amount, booked_at: new Date(expiresAt) })),
    );
  });

  test('a correction gives back to what was charged, whatever the mode is by then', async () => {
    const event = usage();
    const correction = (revision: number, input: number): UsageEvent => ({
      ...event,
      revision,
      usage: { input },
      usageSource: 'reported',
    });
    const changeTo = (mode: string) => database.pool.query(`UPDATE organization SET billing_mode = '${mode}'`);
    const headline = async (): Promise<bigint[]> => {
      const { prepaid, spent, owed } = await readBalance(database.pool, tenant.organizationId);
      return [prepaid, spent, owed];
    };
    await changeTo('prepaid');
    await post({ kind: 'payment', picos: 2_600_000_001n });
    await book(event);
    expect(await headline()).toEqual([1n, 2_600_000_000n, 0n]);
    await changeTo('postpaid');
    await book(correction(1, 400));
    expect(await headline()).toEqual([1_600_000_001n, 1_000_000_000n, 0n]);
    await changeTo('prepaid');
    await book(correction(2, 4_000)); // beyond what is left
    expect(await headline()).toEqual([0n, 10_000_000_000n, 7_399_999_999n]);
    await book(correction(3, 0));
    expect(await headline()).toEqual([2_600_000_001n, 0n, 0n]);
    expect((await auditBooks(database.pool, 'full')).findings).toEqual([]);
  });
});

describe('books from before grants', () => {
  /** As an earlier release left them: credits were posted, and usage charged to the prepaid account, without grants. */
  async function postOld(promotion: bigint, payment: bigint, used: bigint): Promise<void> {
    await database.pool.query(`UPDATE organization SET billing_mode = 'prepaid'`);
    const { organizationId } = tenant;
    const period = new Date(NOON).toISOString().slice(0, 7);
    const start = `${period}-01T00:00:00Z`;
    await database.pool.query(
      `INSERT INTO accounting_period (organization_id, label, starts_at, ends_at) VALUES ($1, $2, $3, $3::timestamptz + interval '1 month')`,
      [organizationId, period, start],
    );
    await inTransaction(database.pool, 'READ COMMITTED', async (client) => {
      const entries = [
        ['promotion', 'promo', 'prepaid', promotion],
        ['payment', 'cash', 'prepaid', payment],
        ['usage', 'prepaid', 'revenue', used],
      ] as const;
      for (const [kind, debit, credit, picos] of entries) {
        if (picos === 0n) continue;
        const id = newId('ledgerTransaction');
        await client.query(
          `INSERT INTO ledger_transaction (id, organization_id, kind, currency, accounting_period, reason, source, idempotency_key, booked_at)
           VALUES ($1, $2, $3, 'USD', $4, 'x', 'x', $1, $5)`,
          [id, organizationId, kind, period, new Date(NOON)],
        );
        await client.query(
          `INSERT INTO ledger_entry (transaction_id, line, organization_id, kind, currency, accounting_period, booked_at, account, amount)
           VALUES ($1, 1, $2, $3, 'USD', $4, $5, $6, $8), ($1, 2, $2, $3, 'USD', $4, $5, $7, -$8::numeric)`,
          [id, organizationId, kind, period, new Date(NOON), debit, credit, formatPicos(picos)],
        );
      }
    });
  }

  const opened = async () => {
    const { organizationId } = tenant;
    const { prepaid, promo, owed } = await readBalance(database.pool, organizationId);
    const moved = await rowsOf(`SELECT account, amount FROM ledger_entry WHERE kind = 'opening' ORDER BY line`);
    return { prepaid, promo, owed, moved };
  };

  test.each([
    // promotion, payment, used → prepaid, promo, owed; promotions were spent first
    ['more than was given is used', 5n, 10n, 7n, { prepaid: 8n, promo: 0n, owed: 0n, moved: [] }],
    [
      'less than was given is used',
      5n,
      10n,
      3n,
      {
        prepaid: 10n,
        promo: 2n,
        owed: 0n,
        moved: [
          { account: 'prepaid', amount: '0.000000000002' },
          { account: 'promo', amount: '-0.000000000002' },
        ],
      },
    ],
    [
      'more is used than there was',
      5n,
      10n,
      18n,
      {
        prepaid: 0n,
        promo: 0n,
        owed: 3n,
        moved: [
          { account: 'receivable', amount: '0.000000000003' },
          { account: 'prepaid', amount: '-0.000000000003' },
        ],
      },
    ],
    ['nothing was ever posted', 0n, 0n, 0n, { prepaid: 0n, promo: 0n, owed: 0n, moved: [] }],
  ])('%s', async (_name, promotion, payment, used, expected) => {
    await postOld(promotion, payment, used);
    const before = await readBalance(database.pool, tenant.organizationId);
    expect(before.available).toBe(promotion + payment - used);
    await setTestClock(database.pool, NOON + 60_000);
    await book(usage({ usage: { input: 0, output: 0 } }));
    await inTransaction(database.pool, 'READ COMMITTED', (client) =>
      requestManualPosting(client, {
        organizationId: tenant.organizationId,
        kind: 'promotion',
        picos: 100n,
        reason: 'x',
        requestedBy: 'x',
        idempotencyKey: 'x',
      }),
    );
    expect(await opened()).toEqual({ ...expected, promo: expected.promo + 100n });
    const then = await readBalance(database.pool, tenant.organizationId, NOON);
    expect(then.available).toBe(before.available);
    const red = (await auditBooks(database.pool, 'full')).findings.map(({ check }) => check);
    // the old usage has no events here
    expect(red.filter((check) => !check.startsWith('days-are') && !check.startsWith('events-are'))).toEqual([]);
  });
});
