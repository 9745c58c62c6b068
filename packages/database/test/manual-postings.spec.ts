import { newId, PICOS_PER_UNIT } from '@tollgate/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import {
  chargePlatformFee,
  decideManualPosting,
  grantPlanCredit,
  IdempotencyKeyReused,
  ManualPostingRefused,
} from '../src/index.js';
import type { ManualPostingDraft } from '../src/index.js';
import { TestBooks } from './books-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

const DAY_MS = 86_400_000;
const now = new Date();
const NOON = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 2, 12);
const MONTH = new Date(NOON).toISOString().slice(0, 7);
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

type Draft = Partial<ManualPostingDraft> & Pick<ManualPostingDraft, 'kind' | 'picos'>;
const post = (draft: Draft) => books.post(tenant, draft);

async function refused(posting: Promise<unknown>): Promise<string> {
  const error = await posting.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ManualPostingRefused)) throw new Error(`was not refused: ${String(error)}`);
  return `${error.field}: ${error.message}`;
}

/** Owes the cost of one request. */
async function owe(): Promise<void> {
  await books.book(books.usage(tenant, { occurredAt: NOON - 1 }));
}

describe('what is posted', () => {
  test('a payment is cash that we owe in usage; a promotion is nothing yet', async () => {
    const payment = await post({ kind: 'payment', picos: dollars(25) });
    const promotion = await post({ kind: 'promotion', picos: dollars(5) });
    expect(payment).toMatchObject({ state: 'posted', posted: true, transactionId: expect.stringMatching(/^txn_/) });
    expect(promotion).toMatchObject({ state: 'posted', transactionId: null, creditGrantId: expect.any(String) });
    expect(await books.entries(tenant)).toEqual(['payment cash 25', 'payment prepaid -25']);
    expect(await books.left(tenant)).toEqual([
      ['prepaid', '25.000000000000'],
      ['promo', '5.000000000000'],
    ]);
  });

  test('a payment repays what is owed first', async () => {
    await owe();
    const less = await post({ kind: 'payment', picos: 600_000_000n });
    expect(less?.creditGrantId).toBeNull();
    await post({ kind: 'payment', picos: 3_000_000_000n });
    expect(await books.entries(tenant)).toEqual([
      ...['payment cash 0.0006', 'payment receivable -0.0006'],
      ...['payment cash 0.003', 'payment receivable -0.002', 'payment prepaid -0.001'],
    ]);
    expect(await books.left(tenant)).toEqual([['prepaid', '0.001000000000']]);
  });

  test('what expires is booked ahead, and taken back as it goes', async () => {
    await post({ kind: 'payment', picos: dollars(10), expiresAt: NOON + 5 * DAY_MS });
    await post({ kind: 'payment', picos: dollars(3) });
    await post({ kind: 'refund', picos: dollars(4) });
    expect(await books.left(tenant)).toEqual([
      ['prepaid', '9.000000000000'],
      ['prepaid', '0.000000000000'],
    ]);
    expect(await books.entries(tenant)).toEqual([
      ...['payment cash 10', 'payment prepaid -10', 'payment cash 3', 'payment prepaid -3'],
      ...['refund prepaid 4', 'refund cash -4'],
      // five days later
      ...['expiry prepaid 10', 'expiry breakage -10', 'expiry prepaid -1', 'expiry breakage 1'],
    ]);
  });

  test('an adjustment in favour is repaid and granted, one against is charged like usage', async () => {
    await owe();
    await post({ kind: 'adjustment', picos: 2_700_000_000n });
    expect(await books.left(tenant)).toEqual([['prepaid', '0.000100000000']]);
    await post({ kind: 'promotion', picos: 5n });
    await post({ kind: 'adjustment', picos: -100_000_009n });
    expect(await books.left(tenant)).toEqual([
      ['prepaid', '0.000000000000'],
      ['promo', '0.000000000000'],
    ]);
    expect(await books.entries(tenant)).toEqual([
      ...['adjustment revenue 0.0027', 'adjustment receivable -0.0026', 'adjustment prepaid -0.0001'],
      ...['adjustment prepaid 0.0001', 'adjustment promo 0.000000000005', 'adjustment receivable 0.000000000004'],
      'adjustment revenue -0.000100000009',
    ]);
  });

  test('what is owed and will not be paid is written off', async () => {
    await owe();
    expect(await refused(post({ kind: 'write_off', picos: 2_600_000_001n }))).toBe(
      'amount: no more than 0.0026 USD is owed',
    );
    await post({ kind: 'write_off', picos: 2_600_000_000n });
    expect(await books.entries(tenant)).toEqual(['write_off write_off 0.0026', 'write_off receivable -0.0026']);
    expect(await refused(post({ kind: 'write_off', picos: 1n }))).toBe('amount: no more than 0 USD is owed');
  });

  test('the rest of what was given away is taken back, and money is not', async () => {
    const gift = (await post({ kind: 'promotion', picos: dollars(5) }))?.creditGrantId ?? '';
    const bought = (await post({ kind: 'payment', picos: dollars(5) }))?.creditGrantId ?? '';
    const revoke = (grantId: string | null, picos: bigint) => post({ kind: 'revocation', picos, grantId });
    expect(await refused(revoke(bought, 1n))).toMatch(/^grantId: was paid for/);
    expect(await refused(revoke(null, 1n))).toMatch(/^grantId: says which/);
    expect(await refused(revoke(newId('creditGrant'), 1n))).toMatch(/^grantId: is no grant of/);
    expect(await refused(revoke(gift, dollars(5) + 1n))).toBe('amount: no more than 5 USD is left of the grant');
    expect(await revoke(gift, dollars(3))).toMatchObject({ state: 'posted', transactionId: null });
    expect(await revoke(gift, dollars(2))).toMatchObject({ state: 'posted', creditGrantId: null });
    expect(await books.left(tenant)).toEqual([
      ['promo', '0.000000000000'],
      ['prepaid', '5.000000000000'],
    ]);
    const other = await books.organization();
    const theirs = (await books.post(other, { kind: 'promotion', picos: 1n }))?.creditGrantId ?? '';
    expect(await refused(revoke(theirs, 1n))).toMatch(/^grantId: is no grant of the organization/);
  });

  test('of prepaid credit no more is refunded than would be left', async () => {
    await post({ kind: 'promotion', picos: dollars(9) });
    expect(await refused(post({ kind: 'refund', picos: 1n }))).toMatch(/^amount: at most 0 USD/);
    await post({ kind: 'payment', picos: dollars(1) });
    await owe(); // before anything was there
    expect(await refused(post({ kind: 'refund', picos: dollars(1) }))).toMatch(/^amount: at most 0\.9974 USD/);
    await post({ kind: 'refund', picos: dollars(1) - 2_600_000_000n });
  });

  test('what makes no sense is refused', async () => {
    const expiresAt = NOON;
    expect(await refused(post({ kind: 'payment', picos: 0n }))).toMatch(/^amount/);
    expect(await refused(post({ kind: 'payment', picos: -1n }))).toMatch(/^amount/);
    expect(await refused(post({ kind: 'payment', picos: 1n, expiresAt }))).toMatch(/^expiresAt: must be in the future/);
    expect(await refused(post({ kind: 'adjustment', picos: -1n, expiresAt: NOON + 1 }))).toMatch(/^expiresAt/);
    expect(await refused(post({ kind: 'refund', picos: 1n, effectiveFrom: 1 }))).toMatch(/^effectiveFrom/);
    expect(await refused(post({ kind: 'payment', picos: 1n, grantId: 'grant_1' }))).toMatch(/^grantId/);
    expect(await books.left(tenant)).toEqual([]);
  });
});

describe('keys', () => {
  test('the same key posts once, however many come at the same time', async () => {
    const draft = { kind: 'payment', picos: 7n, idempotencyKey: 'once' } as const;
    const posted = await Promise.all(Array.from({ length: 8 }, () => post(draft)));
    expect(posted.filter((each) => each?.posted === true)).toHaveLength(1);
    expect(new Set(posted.map((each) => each?.id)).size).toBe(1);
    expect(await books.left(tenant)).toEqual([['prepaid', '0.000000000007']]);
    const different = [
      { picos: 1n },
      { reason: 'Other' },
      { kind: 'promotion' as const },
      { expiresAt: NOON + 1 },
      { priority: 1 },
    ];
    for (const changes of different) await expect(post({ ...draft, ...changes })).rejects.toThrow(IdempotencyKeyReused);
    expect(await books.post(await books.organization(), draft)).toMatchObject({ posted: true });
  });

  test('an organization that is not there gets nothing', async () => {
    expect(await books.post({ organizationId: newId('organization') }, { kind: 'payment', picos: 1n })).toBeNull();
  });
});

describe('a second person', () => {
  const decide = (id: string, decidedBy: string, approve = true) =>
    books.transaction((client) => decideManualPosting(client, { id, decidedBy, approve, reason: null }));

  test('has to approve what is large, and it is another one', async () => {
    const asked = await post({ kind: 'payment', picos: dollars(10_000) });
    expect(asked).toMatchObject({ state: 'pending', posted: false, transactionId: null, creditGrantId: null });
    expect(await books.entries(tenant)).toEqual([]);
    const id = asked?.id ?? '';
    expect(await refused(decide(id, 'usr_1'))).toMatch(/^decidedBy/);
    const decisions = await Promise.allSettled([decide(id, 'usr_2'), decide(id, 'usr_3')]);
    expect(decisions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await books.left(tenant)).toEqual([['prepaid', '10000.000000000000']]);
    expect(await refused(decide(id, 'usr_4'))).toBe('state: it is posted already');
    expect(await decide(newId('manualPosting'), 'usr_2')).toBeNull();
  });

  test('is another one than who made the token that asked, or the token that made that token', async () => {
    const created = (token: string, actor: string) =>
      books.rows(
        `INSERT INTO audit_log_entry (id, actor, action, resource_id, changes)
         VALUES ($1, $2, 'management-token.created', $3, '{}')`,
        newId('auditLogEntry'),
        actor,
        token,
      );
    const [first, second] = [newId('managementToken'), newId('managementToken')];
    await created(first, 'usr_1');
    await created(second, first);
    const asked = await post({ kind: 'payment', picos: dollars(10_000), requestedBy: second });
    expect(await refused(decide(asked?.id ?? '', 'usr_1'))).toMatch(/^decidedBy/);
    expect(await decide(asked?.id ?? '', 'usr_2')).toMatchObject({ state: 'posted' });
  });

  test('may reject it, and so may whoever asked', async () => {
    for (const who of ['usr_1', 'usr_2']) {
      const asked = await post({ kind: 'adjustment', picos: -dollars(20_000) });
      expect(await decide(asked?.id ?? '', who, false)).toMatchObject({ state: 'rejected', posted: false });
    }
    expect(await books.entries(tenant)).toEqual([]);
  });

  test('approves what the books allow by then', async () => {
    await post({ kind: 'payment', picos: dollars(10_000), approved: true });
    const asked = await post({ kind: 'refund', picos: dollars(10_000) });
    expect(asked?.state).toBe('pending');
    await post({ kind: 'refund', picos: 1n });
    expect(await refused(decide(asked?.id ?? '', 'usr_2'))).toMatch(/^amount: at most 9999\.999999999999 USD/);
    expect(await decide(asked?.id ?? '', 'usr_2', false)).toMatchObject({ state: 'rejected' });
  });

  test('is asked from the threshold that the installation has, or never', async () => {
    const set = (threshold: number | null) =>
      books.rows('UPDATE installation SET approval_threshold = $1 WHERE id = 1', threshold);
    await set(2);
    expect(await post({ kind: 'promotion', picos: dollars(2) - 1n })).toMatchObject({ state: 'posted' });
    expect(await post({ kind: 'promotion', picos: dollars(2) })).toMatchObject({ state: 'pending' });
    await set(null);
    expect(await post({ kind: 'promotion', picos: dollars(1_000_000) })).toMatchObject({ state: 'posted' });
    await set(10_000);
  });
});

describe('plans', () => {
  const terms = (picos: bigint, at?: number) => ({
    organizationId: tenant.organizationId,
    picos,
    reason: 'Pro',
    source: 'plan_1',
    ...(at === undefined ? {} : { at }),
  });
  const give = (picos: bigint, at?: number) => books.transaction((client) => grantPlanCredit(client, terms(picos, at)));
  const charge = (picos: bigint) => books.transaction((client) => chargePlatformFee(client, terms(picos)));

  test('credit is given once a month, for that month', async () => {
    const [first, second] = await Promise.all([give(dollars(20)), give(dollars(20))]);
    expect([first?.granted, second?.granted].sort()).toEqual([false, true]);
    expect(first).toMatchObject({ accountingPeriod: MONTH, creditGrantId: second?.creditGrantId });
    const rows = await books.rows(
      `SELECT origin, account, effective_from AS "from", expires_at AS until FROM credit_grant WHERE organization_id = $1`,
      tenant.organizationId,
    );
    const from = new Date(`${MONTH}-01T00:00:00Z`);
    const until = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1));
    expect(rows).toEqual([{ origin: 'plan', account: 'promo', from, until }]);
    expect(await give(dollars(20), until.getTime())).toMatchObject({ granted: true });
    expect(await give(dollars(20), from.getTime() - 1)).toMatchObject({ granted: false, creditGrantId: null });
  });

  test('a fee is paid by what was paid for, not by gifts, and owed beyond', async () => {
    await post({ kind: 'promotion', picos: dollars(50) });
    await post({ kind: 'payment', picos: dollars(4) });
    expect(await charge(0n)).toEqual({ accountingPeriod: MONTH, charged: false, transactionId: null });
    const [first, second] = await Promise.all([charge(dollars(9)), charge(dollars(9))]);
    expect([first?.charged, second?.charged].sort()).toEqual([false, true]);
    expect(first?.transactionId).toBe(second?.transactionId);
    expect((await books.entries(tenant)).slice(2)).toEqual([
      ...['platform_fee prepaid 4', 'platform_fee receivable 5', 'platform_fee revenue -9'],
    ]);
    expect(await books.left(tenant)).toEqual([
      ['promo', '50.000000000000'],
      ['prepaid', '0.000000000000'],
    ]);
  });
});
