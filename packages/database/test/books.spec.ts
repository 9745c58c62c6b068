import { PICOS_PER_UNIT } from '@tollgate/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import {
  auditBooks,
  checkAccountingPeriod,
  closeAccountingPeriod,
  readAccountingPeriods,
  readBalance,
  readRollForward,
  readTrialBalance,
  sealUsage,
} from '../src/index.js';
import { noteJournalFinished } from '../src/usage-tables/gateway-journals.js';
import { TestBooks } from './books-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const now = new Date();
/** The fifth of this month, at noon; tests look back into the month before. */
const NOON = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 5, 12);
const THIS_MONTH = new Date(NOON).toISOString().slice(0, 7);
const MONTH_BEGINS = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
const LAST_MONTH = new Date(MONTH_BEGINS - 1).toISOString().slice(0, 7);
/** What one request costs. */
const COST = 2_600_000_000n;
const dollars = (amount: number): bigint => BigInt(amount) * PICOS_PER_UNIT;

let books: TestBooks;
let tenant: Tenant;

beforeAll(async () => {
  books = await TestBooks.open(NOON);
});
afterAll(() => books.close());
beforeEach(async () => {
  await books.setClock(NOON);
  tenant = await books.organization();
});

const balance = (asOf?: number) => readBalance(books.database.pool, tenant.organizationId, asOf);

describe('balance', () => {
  test('is what grants have left, less what is owed', async () => {
    await books.post(tenant, { kind: 'payment', picos: 3_000_000_000n });
    await books.post(tenant, { kind: 'promotion', picos: 1_000_000_000n });
    await books.book(books.usage(tenant, { occurredAt: NOON + 1 }), books.usage(tenant, { occurredAt: NOON + 2 }));
    for (const sealed of [false, true]) {
      const { prepaid, promo, owed, available, spent, credited, cost, grants } = await balance();
      expect({ sealed, prepaid, promo, owed, available, spent, credited, cost, grants }).toEqual({
        sealed,
        prepaid: 0n,
        promo: 0n,
        owed: 1_200_000_000n,
        available: -1_200_000_000n,
        spent: 2n * COST,
        credited: 4_000_000_000n,
        cost: 2n * COST,
        grants: [],
      });
      await books.setClock(NOON + MINUTE_MS);
      await sealUsage(books.database.pool);
    }
  });

  test('as of any instant, past and to come, is exact', async () => {
    const expiresAt = NOON + 2 * DAY_MS;
    await books.post(tenant, { kind: 'payment', picos: dollars(10), expiresAt });
    await books.setClock(NOON + DAY_MS);
    await books.book(books.usage(tenant, { occurredAt: NOON + DAY_MS - 1 }));
    const figures = async (asOf?: number) => {
      const { prepaid, available, accounts } = await balance(asOf);
      const of = (name: string): bigint =>
        accounts
          .filter(({ account }) => account === name)
          .reduce((sum, { posted, accrued }) => sum + posted + accrued, 0n);
      return { prepaid, available, account: of('prepaid'), breakage: of('breakage'), revenue: of('revenue') };
    };
    const given = { prepaid: dollars(10), available: dollars(10), account: -dollars(10), breakage: 0n, revenue: 0n };
    const left = dollars(10) - COST;
    const used = { prepaid: left, available: left, account: -left, breakage: 0n, revenue: -COST };
    const expired = { prepaid: 0n, available: 0n, account: 0n, breakage: -left, revenue: -COST };
    for (const sealed of [false, true]) {
      expect([sealed, await figures(NOON - 1)]).toEqual([
        sealed,
        { prepaid: 0n, available: 0n, account: 0n, breakage: 0n, revenue: 0n },
      ]);
      expect([sealed, await figures(NOON)]).toEqual([sealed, given]);
      expect([sealed, await figures(NOON + DAY_MS - 1)]).toEqual([sealed, given]);
      expect([sealed, await figures(NOON + DAY_MS)]).toEqual([sealed, used]);
      expect([sealed, await figures()]).toEqual([sealed, used]);
      expect([sealed, await figures(expiresAt - 1)]).toEqual([sealed, used]);
      expect([sealed, await figures(expiresAt)]).toEqual([sealed, expired]);
      await books.setClock(NOON + DAY_MS + MINUTE_MS);
      await sealUsage(books.database.pool);
    }
    // time passes, and nobody has to do anything
    await books.setClock(expiresAt);
    expect(await figures()).toEqual(expired);
    // usage that comes late is paid from what had expired
    await books.book(books.usage(tenant, { occurredAt: expiresAt - 1 }));
    const late = { ...expired, breakage: COST - left, revenue: -2n * COST };
    expect(await figures()).toEqual(late);
    expect(await figures(expiresAt - 1)).toEqual(used);
    expect((await auditBooks(books.database.pool, 'full')).findings).toEqual([]);
  });

  test('of an organization without anything is nothing', async () => {
    expect(await balance()).toMatchObject({ asOf: NOON, accounts: [], available: 0n, owed: 0n, grants: [] });
  });
});

describe('trial balance', () => {
  test('opens with what stood before, and sums to zero', async () => {
    await books.book(books.usage(tenant, { occurredAt: MONTH_BEGINS - 1 }));
    await books.book(books.usage(tenant, { occurredAt: NOON - 1 }));
    await books.post(tenant, { kind: 'payment', picos: dollars(1) });
    const { organizationId } = tenant;
    const read = await readTrialBalance(books.database.pool, { organizationId, accountingPeriod: THIS_MONTH });
    const line = (account: string, opening: bigint, debits: bigint, credits: bigint) => {
      return { account, opening, debits, credits, closing: opening + debits + credits };
    };
    expect(read.accounts).toEqual([
      line('prepaid', 0n, 0n, 2n * COST - dollars(1)),
      line('receivable', COST, COST, -2n * COST),
      line('revenue', -COST, 0n, -COST),
      line('cash', 0n, dollars(1), 0n),
      line('provider_cost', COST, COST, 0n),
      line('provider_payable', -COST, 0n, -COST),
    ]);
    expect(read.totals).toMatchObject({ opening: 0n, closing: 0n, debits: -read.totals.credits });
    const then = await readTrialBalance(books.database.pool, { organizationId, asOf: NOON - 2 * DAY_MS });
    expect(then.accounts).toEqual([]);
    const all = await readTrialBalance(books.database.pool, { organizationId: null });
    expect(all.totals).toMatchObject({ opening: 0n, closing: 0n });
  });

  test('of everybody leaves simulated organizations out', async () => {
    const everybody = async () => {
      const query = { organizationId: null, accountingPeriod: THIS_MONTH };
      const { accounts } = await readTrialBalance(books.database.pool, query);
      return accounts.find(({ account }) => account === 'cash')?.closing ?? 0n;
    };
    const before = await everybody();
    await books.post(tenant, { kind: 'payment', picos: 5n });
    expect(await everybody()).toBe(before + 5n);
    await books.rows(
      `WITH off AS (SELECT set_config('session_replication_role', 'replica', true))
       UPDATE organization SET simulated = true FROM off WHERE id = $1`,
      tenant.organizationId,
    );
    expect(await everybody()).toBe(before);
  });
});

describe('roll-forward', () => {
  test('leads from opening to closing, for money and for gifts', async () => {
    await books.setClock(MONTH_BEGINS - 2 * DAY_MS);
    await books.post(tenant, { kind: 'payment', picos: dollars(10), expiresAt: MONTH_BEGINS + DAY_MS });
    await books.post(tenant, { kind: 'promotion', picos: dollars(2), priority: 200, expiresAt: MONTH_BEGINS });
    await books.post(tenant, { kind: 'promotion', picos: dollars(1), priority: 10 });
    await books.setClock(MONTH_BEGINS - DAY_MS);
    await books.book(books.usage(tenant, { occurredAt: MONTH_BEGINS - DAY_MS - 1 }));
    await books.setClock(NOON);
    await books.post(tenant, { kind: 'payment', picos: dollars(3) });
    await books.post(tenant, { kind: 'refund', picos: dollars(1) });
    // of last month, which is open: paid from the gift that comes first
    await books.book(books.usage(tenant, { occurredAt: MONTH_BEGINS - 1 }));
    const { organizationId } = tenant;
    const read = (accountingPeriod: string) =>
      readRollForward(books.database.pool, { organizationId, accountingPeriod });
    const last = await read(LAST_MONTH);
    const none = { payments: 0n, adjustments: 0n, refunds: 0n, used: 0n, corrections: 0n, fees: 0n, expired: 0n };
    expect(last.prepaid).toEqual({
      ...none,
      carriedOver: 0n,
      opening: 0n,
      payments: dollars(10),
      closing: dollars(10),
    });
    expect(last.promo).toEqual({
      opening: 0n,
      given: dollars(3),
      used: -2n * COST,
      expired: -dollars(2),
      revoked: 0n,
      closing: dollars(1) - 2n * COST,
    });
    expect(last.bookedLater).toBe(0n);
    const current = await read(THIS_MONTH);
    expect(current.prepaid).toEqual({
      ...none,
      carriedOver: 0n,
      opening: dollars(10),
      payments: dollars(3),
      refunds: -dollars(1),
      expired: -dollars(10),
      closing: dollars(2),
    });
    expect(current.promo).toMatchObject({
      opening: last.promo.closing,
      given: 0n,
      used: 0n,
      closing: last.promo.closing,
    });
    const { prepaid, promo } = await balance();
    expect([current.prepaid.closing, current.promo.closing]).toEqual([prepaid, promo]);
    const all = await readRollForward(books.database.pool, { organizationId: null, accountingPeriod: THIS_MONTH });
    expect(all.bookedLater).toBeNull();
    expect(all.prepaid.closing >= current.prepaid.closing).toBe(true);
  });

  test('tells what was booked into a month after its end', async () => {
    await books.setClock(MONTH_BEGINS - 2 * DAY_MS);
    await books.post(tenant, { kind: 'payment', picos: dollars(10) });
    await books.setClock(NOON);
    await books.book(books.usage(tenant, { occurredAt: MONTH_BEGINS - 1 }));
    const { organizationId } = tenant;
    const { prepaid, bookedLater } = await readRollForward(books.database.pool, {
      organizationId,
      accountingPeriod: LAST_MONTH,
    });
    expect([prepaid.closing, bookedLater]).toEqual([dollars(10) - COST, -COST]);
    expect((await balance(MONTH_BEGINS - 1)).prepaid).toBe(prepaid.closing - (bookedLater ?? 0n));
  });
});

describe('closing a period', () => {
  beforeEach(async () => {
    tenant = await books.organization('postpaid');
  });

  const close = (label: string) =>
    books.transaction((client) =>
      closeAccountingPeriod(client, { organizationId: tenant.organizationId, label, by: 'usr_1' }),
    );
  const inTheWay = async (label = LAST_MONTH): Promise<string[]> => {
    const closed = await close(label);
    expect(closed?.closed).toBe(false);
    const { organizationId } = tenant;
    expect(await checkAccountingPeriod(books.database.pool, { organizationId, label })).toEqual(closed?.checklist);
    return (closed?.checklist ?? []).filter(({ found }) => found > 0).map(({ check, found }) => `${check} ${found}`);
  };
  const settle = async (): Promise<void> => {
    await books.setClock(NOON + 10 * MINUTE_MS);
    await sealUsage(books.database.pool);
  };

  test('needs everything to be settled, and then takes nothing more', async () => {
    await books.book(...[MONTH_BEGINS - 1, NOON - 1].map((occurredAt) => books.usage(tenant, { occurredAt })));
    expect(await inTheWay()).toEqual(['usage-is-sealed 1']);
    await settle();
    await books.rows(
      `INSERT INTO gateway_registration (id, started_at) VALUES ('gw_killed', $1)`,
      new Date(MONTH_BEGINS - 5),
    );
    await books.rows(
      `INSERT INTO review_item (id, kind, subject, organization_id, details)
       VALUES ('rev_1', 'overrun', 'req_1', $1, $2)`,
      tenant.organizationId,
      { accountingPeriod: LAST_MONTH },
    );
    await books.rows(
      `INSERT INTO review_item (id, kind, subject, organization_id, details)
       VALUES ('rev_2', 'overrun', 'req_2', $1, $2)`,
      tenant.organizationId,
      { accountingPeriod: THIS_MONTH },
    );
    await books.rows(
      `INSERT INTO usage_quarantine (digest, payload, reason) VALUES ('a', 'no JSON', 'x'), ('b', $1, 'x'), ('c', $2, 'x')`,
      `{"organizationId":"${tenant.organizationId}"}`,
      '{"organizationId":"org_other"}',
    );
    expect(await inTheWay()).toEqual([
      ...['gateways-have-forwarded 1', 'quarantine-is-empty 2', 'reviews-are-resolved 1'],
    ]);
    await noteJournalFinished(books.database.pool, 'gw_killed'); // another gateway has adopted it
    await books.rows(`UPDATE usage_quarantine SET resolved_at = now()`);
    await books.rows(`UPDATE review_item SET state = 'resolved', resolved_at = now()`);
    expect(await close(LAST_MONTH)).toMatchObject({ closed: true, closedNow: true });
    expect(await close(LAST_MONTH)).toMatchObject({ closed: true, closedNow: false });
    const periods = await readAccountingPeriods(books.database.pool, tenant.organizationId);
    expect(periods).toMatchObject([
      { label: THIS_MONTH, state: 'open', closedBy: null },
      { label: LAST_MONTH, state: 'closed', closedBy: 'usr_1', closedAt: NOON + 10 * MINUTE_MS },
    ]);
    // what comes now is booked into the period that is open
    await books.book(books.usage(tenant, { occurredAt: MONTH_BEGINS - 1 }));
    const [event] = await books.rows<{ period: string }>(
      `SELECT accounting_period AS period FROM usage_event WHERE organization_id = $1 ORDER BY booked_at DESC LIMIT 1`,
      tenant.organizationId,
    );
    expect(event?.period).toBe(THIS_MONTH);
  });

  test('is for months that have ended, one after the other', async () => {
    await books.book(books.usage(tenant, { occurredAt: MONTH_BEGINS - 40 * DAY_MS }));
    await books.book(books.usage(tenant, { occurredAt: MONTH_BEGINS - 1 }));
    await settle();
    expect(await inTheWay()).toEqual(['earlier-periods-are-closed 1']);
    await books.book(books.usage(tenant, { occurredAt: NOON }));
    expect(await inTheWay(THIS_MONTH)).toEqual([
      ...['period-has-ended 1', 'earlier-periods-are-closed 2', 'usage-is-sealed 1'],
    ]);
    expect(await close('1999-01')).toBeNull();
  });
});
