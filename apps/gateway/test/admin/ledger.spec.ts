import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sealUsage } from '@tollgate/database';
import type { LedgerEntry, LedgerTransactionDetail } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { createOperatorWorld, createOrganizationWorld, type OrganizationWorld } from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme'); // with one request, and a payment of $100
});
afterAll(() => api.close());

const usd = (amount: string) => ({ amount, currency: 'USD' });
const readBalance = (token = api.operatorToken) =>
  api.ok('readBalance', { token, params: { organizationId: world.organizationId } });

describe('the balance', () => {
  test('is the ledger and the accruals, before and after sealing', async () => {
    const before = await readBalance();
    // the payment repaid what was owed by then
    expect(before).toMatchObject({ currency: 'USD', owed: usd('0.000000000000') });
    expect(Number(before.spent.amount)).toBeGreaterThan(0);
    expect(before.accounts.find(({ account }) => account === 'revenue')?.posted).toEqual(usd('0.000000000000'));
    await api.database.pool.query(`UPDATE usage_accrual SET booking_minute = booking_minute - interval '1 hour'`);
    await sealUsage(api.database.pool);
    const after = await readBalance();
    const { credited, spent, available, owed, cost } = after;
    expect(before).toMatchObject({ credited, spent, available, owed, cost });
    expect(after.accounts.every(({ accrued }) => accrued.amount === '0.000000000000')).toBe(true);
  });

  test('tells an organization nothing of what the operator pays', async () => {
    const own = await readBalance(world.token);
    expect(own).not.toHaveProperty('cost');
    expect((await readBalance()).cost).toBeDefined();
    expect(own.accounts.map(({ account }) => account)).toEqual(['cash', 'prepaid', 'receivable', 'revenue']);
  });
});

describe('transactions and entries', () => {
  const list = (query: Record<string, string>, token = api.operatorToken) =>
    api.ok('listLedgerEntries', { token, query: { organizationId: world.organizationId, ...query } });

  async function walk(query: Record<string, string>): Promise<LedgerEntry[]> {
    const seen: LedgerEntry[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Awaited<ReturnType<typeof list>> = await list(cursor === '' ? query : { ...query, cursor });
      seen.push(...page.data);
      cursor = page.nextCursor;
    }
    return seen;
  }

  test('pages hold each entry once, in both directions', async () => {
    const all = (await list({ limit: '200' })).data;
    expect(all.length).toBeGreaterThan(6);
    const down = await walk({ limit: '1' });
    expect(down).toEqual(all);
    const up = await walk({ limit: '3', sort: 'bookedAt' });
    expect(up).toEqual(all.toReversed());
  });

  test('filters', async () => {
    const all = (await list({ limit: '200' })).data;
    const cash = (await list({ account: 'cash' })).data;
    expect(cash).toEqual(all.filter(({ account }) => account === 'cash'));
    expect(cash.length).toBeGreaterThan(0);
    const usage = (await list({ kind: 'usage' })).data;
    expect(usage.map(({ account }) => account).sort()).toEqual([
      'provider_cost',
      'provider_payable',
      'receivable',
      'revenue',
    ]);
    const [first] = usage;
    const instant = first?.bookedAt ?? '';
    const next = new Date(Date.parse(instant) + 1).toISOString();
    expect((await list({ kind: 'usage', from: instant, to: next })).data).toEqual(usage);
    expect((await list({ kind: 'usage', from: next })).data).toEqual([]);
    expect((await list({ kind: 'usage', to: instant })).data).toEqual([]);
    expect((await list({ accountingPeriod: '2001-01' })).data).toEqual([]);
    expect((await list({ accountingPeriod: first?.accountingPeriod ?? '', limit: '200' })).data).toEqual(all);
  });

  test('a transaction has the entries that add up to it, of which an organization sees its own side', async () => {
    const query = { organizationId: world.organizationId, kind: 'usage' };
    const [listed] = (await api.ok('listLedgerTransactions', { query })).data;
    const params = { ledgerTransactionId: listed?.id ?? '' };
    const whole: LedgerTransactionDetail = await api.ok('readLedgerTransaction', { params });
    const { entries, ...head } = whole;
    expect(head).toEqual(listed);
    expect(entries).toHaveLength(4);
    const own = await api.ok('readLedgerTransaction', { token: world.token, params });
    expect(own.entries).toEqual(entries.filter(({ account }) => account === 'receivable' || account === 'revenue'));
    expect(own.amount).toEqual(own.entries[0]?.amount);
    const hidden = await list({ account: 'provider_cost' }, world.token);
    expect(hidden.data).toEqual([]);
  });

  test('what is refunded is no charge', async () => {
    const { pool } = api.database;
    const { rowCount } = await pool.query(
      `INSERT INTO usage_accrual SELECT $1, date_trunc('minute', now()) - interval '30 minutes', label, account, amount
       FROM (SELECT max(label) AS label FROM accounting_period WHERE organization_id = $1) AS period,
            (VALUES ('receivable', -2.5), ('revenue', 2.5), ('provider_cost', -2), ('provider_payable', 2)) AS posting(account, amount)`,
      [world.organizationId],
    );
    expect(rowCount).toBe(4);
    await sealUsage(pool);
    const query = { organizationId: world.organizationId, kind: 'usage' };
    for (const token of [api.operatorToken, world.token]) {
      const [refund, charge] = (await api.ok('listLedgerTransactions', { token, query })).data;
      expect(refund?.amount).toEqual(usd('-2.500000000000'));
      expect(Number(charge?.amount.amount)).toBeGreaterThan(0);
      const params = { ledgerTransactionId: refund?.id ?? '' };
      expect((await api.ok('readLedgerTransaction', { token, params })).amount).toEqual(refund?.amount);
    }
  });

  test('cursors that nobody wrote are refused', async () => {
    const forged = (...parts: readonly string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const bookedAt = '2026-11-01T00:00:00.000Z';
    const id = `txn_${'0'.repeat(26)}`;
    for (const cursor of [
      forged('-bookedAt', 'x', `${id}.1`),
      forged('-bookedAt', bookedAt, `${id}.x`),
      forged('-bookedAt', bookedAt),
      forged('-bookedAt', '2026-02-30T00:00:00Z', `${id}.1`),
      forged('-bookedAt', '2026-02-30T00:00:00.000Z', `${id}.1`),
      forged('-bookedAt', '2026-11-01T00:00:00Z', `${id}.1`),
    ]) {
      await api.refused('listLedgerEntries', 400, { query: { cursor } });
      await api.refused('listLedgerTransactions', 400, { query: { cursor } });
    }
    for (const cursor of [
      forged('-bookedAt', bookedAt, "' OR 1"),
      forged('-bookedAt', '2026-02-30T00:00:00Z', id),
      forged('-bookedAt', '+022026-11-01T00:00:00.000Z', id),
    ])
      await api.refused('listLedgerTransactions', 400, { query: { cursor } });
  });
});

test('self-audits are asked for, and read until they are done', async () => {
  const asked = await api.ok('requestSelfAudit', { body: { extent: 'full' } });
  expect(asked).toMatchObject({ extent: 'full', state: 'requested', findings: [], finishedAt: null });
  expect(await api.ok('readSelfAudit', { params: { selfAuditId: asked.id } })).toEqual(asked);
  const { data } = await api.ok('listSelfAudits', { query: { extent: 'full', state: 'requested' } });
  expect(data).toEqual([asked]);
  await api.refused('requestSelfAudit', 403, { token: world.token, body: {} });
});
