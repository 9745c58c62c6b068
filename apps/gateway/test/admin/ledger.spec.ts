import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sealUsage } from '@tollgate/database';
import type { LedgerEntry, LedgerTransactionDetail } from '@tollgate/wire';
import { startAdminApi, type AdminApi, type Call } from './admin-api.js';
import { createOperatorWorld, createOrganizationWorld, type OrganizationWorld } from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme'); // with one request, and a credit of $100
});
afterAll(() => api.close());

const credit = (key: string, changes: object = {}): Call => ({
  params: { organizationId: world.organizationId },
  idempotencyKey: key,
  body: { amount: '2.5', currency: 'USD', reason: 'Transfer 4711', ...changes },
});
const usd = (amount: string) => ({ amount, currency: 'USD' });
const readBalance = (token = api.operatorToken) =>
  api.ok('readBalance', { token, params: { organizationId: world.organizationId } });

describe('credits', () => {
  test('the same key and body is answered again, and posted once', async () => {
    const before = await readBalance();
    const [first, ...others] = await Promise.all(
      Array.from({ length: 6 }, () => api.ok('createCredit', credit('one'))),
    );
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ kind: 'payment', amount: usd('2.500000000000'), reason: 'Transfer 4711' });
    expect(first?.entries.map(({ account, amount }) => [account, amount.amount])).toEqual([
      ['cash', '2.500000000000'],
      ['prepaid', '-2.500000000000'],
    ]);
    const after = await readBalance();
    expect(Number(after.credited.amount) - Number(before.credited.amount)).toBe(2.5);
    const log = await api.ok('listAuditLog', { query: { action: 'credit.posted', resourceId: first?.id ?? '' } });
    expect(log.data).toMatchObject([
      { organizationId: world.organizationId, changes: { amount: { before: null, after: '2.500000000000' } } },
    ]);
    // written otherwise, it is the same
    expect(await api.ok('createCredit', credit('one', { amount: '2.50', kind: 'payment' }))).toEqual(first);
  });

  test('the same key with another body is refused', async () => {
    await api.ok('createCredit', credit('two'));
    for (const changes of [{ amount: '2.6' }, { reason: 'Other' }, { kind: 'promotion' }]) {
      const refusal = await api.refused('createCredit', 422, credit('two', changes));
      expect(refusal.errors).toMatchObject([{ pointer: '/header/Idempotency-Key', code: 'reused' }]);
    }
  });

  test.each([
    [{ amount: '0' }, '/body/amount'],
    [{ amount: '-1' }, '/body/amount'],
    [{ amount: '0.0000000000001' }, '/body/amount'],
    [{ amount: '1000000000' }, '/body/amount'],
    [{ amount: 5 }, '/body/amount'],
    [{ currency: 'EUR' }, '/body/currency'],
    [{ kind: 'gift' }, '/body/kind'],
    [{ reason: '' }, '/body/reason'],
  ])('%j is refused', async (changes, pointer) => {
    const { errors } = await api.refused('createCredit', 400, credit('three', changes));
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  test('nothing is posted without a key, for nobody, or by an organization for itself', async () => {
    const { params, body } = credit('x');
    const { errors } = await api.refused('createCredit', 400, { params, body });
    expect(errors).toMatchObject([{ pointer: '/header/Idempotency-Key', code: 'required' }]);
    const organizationId = `org_${'0'.repeat(26)}`;
    await api.refused('createCredit', 404, { ...credit('four'), params: { organizationId } });
    await api.refused('createCredit', 403, { ...credit('four'), token: world.token });
  });
});

describe('the balance', () => {
  test('is the ledger and the accruals, before and after sealing', async () => {
    const before = await readBalance();
    expect(before).toMatchObject({ currency: 'USD', spent: before.owed });
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
