import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sealUsage } from '@tollgate/database';
import { formatPicos, newId, parsePicos, publicRequestId, requestUuid, type UsageEvent } from '@tollgate/domain';
import type { BookedRequest, ChargeExplanation } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  ingest,
  newUsageEvent,
  ownerIn,
  type OrganizationWorld,
} from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;
let snapshotId: string;
let corrected: UsageEvent;

let seals = 0;

/** The worker's clock cannot be set from here: what was booked now is said to have been booked hours ago. */
async function seal(): Promise<void> {
  const { pool } = api.database;
  const ago = `interval '${++seals} hours'`;
  await pool.query(`UPDATE usage_accrual SET booking_minute = booking_minute - ${ago}`);
  await pool.query('ALTER TABLE usage_event DISABLE TRIGGER usage_event_is_immutable');
  await pool.query(
    `UPDATE usage_event SET booked_at = booked_at - ${ago} WHERE booked_at > now() - interval '30 minutes'`,
  );
  await pool.query('ALTER TABLE usage_event ENABLE TRIGGER usage_event_is_immutable');
  await sealUsage(pool);
}

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
  const book = await api.ok('readPriceBook', { params: { priceBookId: world.priceBookId } });
  snapshotId = book.currentPublication?.id ?? '';
  corrected = event({ holdNanos: 20_000_000, capturedCost: '0.009900000000' });
  // 1,000 × 3 and 500 × 12 dollars a million, and a tenth more
  await ingest(api, [corrected]);
}, 60_000);
afterAll(() => api.close());

const event = (changes: Partial<UsageEvent> = {}): UsageEvent =>
  newUsageEvent(ownerIn(world), { priceSnapshotId: snapshotId, ...changes });

const explain = (subjectId: string, token = api.operatorToken, query: Record<string, string> = {}) =>
  api.ok('explainCharge', { token, params: { subjectId }, query });

const requestOf = ({ request }: ChargeExplanation) => request ?? fail('no request');
const transactionOf = ({ transaction }: ChargeExplanation) => transaction ?? fail('no transaction');
const fail = (message: string): never => {
  throw new Error(message);
};
const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('a request', () => {
  test('is explained from its outcome to its price rows, and by who published them', async () => {
    const charge = requestOf(await explain(publicRequestId(corrected.requestId)));
    expect(charge).toMatchObject({
      outcome: 'success',
      settlement: { charge: 'customer', rule: expect.stringContaining('provider reported') as string },
      usage: { input: 1_000, output: 500 },
      usageSource: 'reported',
      publication: { priceSnapshotId: snapshotId, priceBookName: 'Contract', publishedBy: 'test' },
      // what the provider's list says: the contract is dearer
      listCost: usd('0.007000000000'),
      billedCost: usd('0.009900000000'),
      hold: {
        placed: usd('0.020000000000'),
        captured: usd('0.009900000000'),
        released: usd('0.010100000000'),
        overrun: usd('0.000000000000'),
        captureDifference: usd('0.000000000000'),
      },
      booking: { state: 'accrued', ledgerTransactionId: null, periodState: 'open' },
      revisions: [{ revision: 0, billedCost: usd('0.009900000000'), difference: usd('0.009900000000') }],
    });
    expect(charge.lines).toMatchObject([
      {
        meter: 'input',
        quantity: 1_000,
        unitAmount: usd('3.000000000000'),
        priceCost: usd('0.003000000000'),
        listCost: usd('0.002000000000'),
        terms: 'markup',
        basisPoints: 1_000,
        isFallback: false,
        billedCost: usd('0.003300000000'),
      },
      { meter: 'output', quantity: 500, priceCost: usd('0.006000000000'), billedCost: usd('0.006600000000') },
    ]);
    for (const line of charge.lines) {
      expect(line.price?.id).toBe(line.priceId);
      expect(line.publication).toMatchObject({ priceBookId: world.priceBookId, sequence: line.price?.introducedIn });
    }
    // what paid and what is owed is all of it
    const paid = charge.funding.reduce((sum, { amount }) => sum + parsePicos(amount.amount), 0n);
    expect(formatPicos(paid + parsePicos(charge.receivable.amount))).toBe(charge.billedCost.amount);
  });

  test('tells cost, margin and waste to the operator alone', async () => {
    const wasted = event({
      part: 1,
      outcome: 'hedge_loser',
      requestId: corrected.requestId,
      occurredAt: corrected.occurredAt,
    });
    await ingest(api, [wasted]);
    const id = publicRequestId(corrected.requestId);
    const whole = requestOf(await explain(id));
    expect(parsePicos(whole.margin?.amount ?? '')).toBe(
      parsePicos(whole.billedCost.amount) - parsePicos(whole.providerCost?.amount ?? ''),
    );
    expect(whole.wasted).toMatchObject([{ part: 1, outcome: 'hedge_loser' }]);
    const own = await explain(id, world.token);
    expect(JSON.stringify(own)).not.toMatch(/providerCost|margin|wasted|hedge_loser/);
    expect(requestOf(own).billedCost).toEqual(whole.billedCost);
  });

  test('shows each correction with its difference, and lines that it took the place of', async () => {
    await seal();
    const usage = { input: 2_000, output: 500 };
    await ingest(api, [{ ...corrected, revision: 1, usage, capturedCost: null }]);
    const id = publicRequestId(corrected.requestId);
    const charge = requestOf(await explain(id));
    expect(charge).toMatchObject({ revision: 1, billedCost: usd('0.013200000000') });
    expect(charge.revisions.map(({ revision, difference }) => [revision, difference.amount])).toEqual([
      [1, '0.003300000000'],
      [0, '0.009900000000'],
    ]);
    expect(charge.revisions.map(({ booking }) => booking.state)).toEqual(['accrued', 'sealed']);
    const [current] = charge.lines;
    expect((await explain(current?.id ?? '')).subject).toEqual({
      kind: 'rated-line',
      id: current?.id,
      isCurrent: true,
    });
    const old = await explain(`${id}.0.0.0`);
    expect(old.subject).toMatchObject({ kind: 'rated-line', isCurrent: false });
    expect(old.request).toEqual(charge);
  });
});

describe('a ledger transaction', () => {
  async function sealed() {
    await seal();
    const charge = requestOf(await explain(publicRequestId(corrected.requestId)));
    const ids = charge.revisions.map(({ booking }) => booking.ledgerTransactionId ?? fail('it is not sealed'));
    return { correction: ids[0] ?? '', first: ids[1] ?? '' };
  }

  test('leads to its requests, whose sums tie to it and to each of its entries', async () => {
    const { first, correction } = await sealed();
    for (const id of [first, correction]) {
      const whole = transactionOf(await explain(id));
      expect(whole.requests).toMatchObject({ total: whole.amount, ties: true });
      expect(whole.requests?.data.some(({ requestId }) => requestUuid(requestId) === corrected.requestId)).toBe(true);
      expect(whole.entries.length).toBeGreaterThan(3);
      for (const entry of whole.entries) {
        const { subject, transaction } = await explain(entry.id);
        expect(subject).toEqual({ kind: 'ledger-entry', id: entry.id, isCurrent: true });
        expect(transaction).toMatchObject({ entry, requests: { total: entry.amount, ties: true } });
        const sum = transaction?.requests?.data.reduce((total, { amount }) => total + parsePicos(amount.amount), 0n);
        expect(formatPicos(sum ?? 0n)).toBe(entry.amount.amount);
      }
    }
  });

  test('has its requests page by page', async () => {
    await ingest(
      api,
      Array.from({ length: 7 }, (_, index) => event({ usage: { input: 100 * (index + 1) } })),
    );
    await seal();
    const { data } = await api.ok('listLedgerTransactions', {
      query: { organizationId: world.organizationId, kind: 'usage', sort: 'bookedAt', limit: '1' },
    });
    const id = data[0]?.id ?? '';
    const seen: BookedRequest[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = cursor === '' ? { limit: '2' } : { limit: '2', cursor };
      const { requests } = transactionOf(await explain(id, world.token, query));
      expect(requests).toMatchObject({ count: 7, ties: true });
      seen.push(...(requests?.data ?? []));
      cursor = requests?.nextCursor ?? null;
    }
    expect(new Set(seen.map(({ requestId }) => requestId)).size).toBe(7);
    const forged = Buffer.from(JSON.stringify(['-occurredAt', 'x', 'y'])).toString('base64url');
    await api.refused('explainCharge', 400, { params: { subjectId: id }, query: { cursor: forged } });
  });

  test('that is no usage has none', async () => {
    const { transaction } = await explain(world.ledgerTransactionId);
    expect(transaction).toMatchObject({ kind: 'payment', requests: null, entry: null });
  });
});

test('what nobody has, and what others have, is not there', async () => {
  const other = await createOrganizationWorld(api, 'other');
  const id = publicRequestId(corrected.requestId);
  const { data } = await api.ok('listLedgerTransactions', { query: { organizationId: world.organizationId } });
  for (const subjectId of [id, `${id}.0.0.0`, data[0]?.id ?? '', `${data[0]?.id}.1`]) {
    await explain(subjectId);
    await api.refused('explainCharge', 404, { token: other.token, params: { subjectId } });
  }
  for (const subjectId of [`${id}.0.9.0`, `${id}.0.0.77`, `${data[0]?.id}.77`, newId('ledgerTransaction')]) {
    await api.refused('explainCharge', 404, { params: { subjectId } });
  }
  // what a wasted part cost is the operator's
  await explain(`${id}.1.0.0`);
  await api.refused('explainCharge', 404, { token: world.token, params: { subjectId: `${id}.1.0.0` } });
  for (const subjectId of ['req_x', `${id}.1`, `${id}.1.2`, `${data[0]?.id}.x`, newId('organization')]) {
    await api.refused('explainCharge', 400, { params: { subjectId } });
  }
});
