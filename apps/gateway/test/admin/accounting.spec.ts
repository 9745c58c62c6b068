import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sealUsage } from '@tollgate/database';
import { parsePicos } from '@tollgate/domain';
import type { MoneyAmount, PrepaidRollForward } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  ingest,
  newUsageEvent,
  ownerIn,
  type OrganizationWorld,
} from './admin-world.js';
import { createPerson, type ConsolePerson } from './console-person.js';

let api: AdminApi;
let world: OrganizationWorld;
let ada: ConsolePerson;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme'); // with one request that was paid by a payment of $100
  ada = await createPerson(api, { operator: true });
  const { currentPublication } = await api.ok('readPriceBook', { params: { priceBookId: world.priceBookId } });
  await give({ kind: 'promotion', amount: '0.005', expiresAt: EXPIRY });
  // 0.0099 dollars: the credit that was given away first, the rest from the payment
  await ingest(api, [
    newUsageEvent(ownerIn(world), { priceSnapshotId: currentPublication?.id ?? null, occurredAt: Date.now() }),
  ]);
}, 60_000);
afterAll(() => api.close());

/** The one that runs: the organization's zone is UTC. */
const accountingPeriod = new Date().toISOString().slice(0, 7);
const EXPIRY = '2190-01-01T00:00:00Z';
let keys = 0;
const give = (body: object) =>
  api.ok('createManualPosting', {
    params: { organizationId: world.organizationId },
    idempotencyKey: `accounting-${++keys}`,
    body: { currency: 'USD', reason: 'Test', ...body },
  });
const picos = ({ amount }: MoneyAmount): bigint => parsePicos(amount);
const ofWorld = () => ({ organizationId: world.organizationId });

describe('the balance', () => {
  const balance = (query: Record<string, string> = {}, token = api.operatorToken) =>
    api.ok('readBalance', { token, params: ofWorld(), query });

  test('is what is left of paid and given credit, less what is owed', async () => {
    const now = await balance();
    expect(picos(now.available)).toBe(picos(now.prepaid) + picos(now.promo) - picos(now.owed));
    expect(picos(now.promo)).toBe(0n);
    expect(picos(now.prepaid)).toBe(parsePicos('100') - parsePicos('0.0099') - parsePicos('0.0049'));
    // no inference runs here, so that nobody knows what is held
    expect(now).toMatchObject({ held: null, nextExpiry: null, billingMode: 'postpaid' });
    expect(await balance({}, world.token)).not.toHaveProperty('cost');
  });

  test('is what it was, and what it will be when credit has expired', async () => {
    const { creditGrantId } = await give({ kind: 'payment', amount: '40', expiresAt: EXPIRY });
    const now = await balance();
    expect(now.nextExpiry).toMatchObject({ creditGrantId, expiresAt: '2190-01-01T00:00:00.000Z' });
    const then = await balance({ asOf: '2190-01-01T00:00:00Z' });
    expect(picos(now.prepaid) - picos(then.prepaid)).toBe(parsePicos('40'));
    expect(then).toMatchObject({ held: null, asOf: '2190-01-01T00:00:00.000Z' });
    const before = await balance({ asOf: '2001-01-01T00:00:00Z' });
    expect(before).toMatchObject({ available: { amount: '0.000000000000' }, accounts: [] });
    await api.refused('readBalance', 400, { params: ofWorld(), query: { asOf: 'yesterday' } });
  });
});

describe('the trial balance', () => {
  const read = (query: Record<string, string> = {}, token = api.operatorToken) =>
    api.ok('readTrialBalance', { token, query });

  test('balances, as of an instant and of a period, of one organization and of all', async () => {
    for (const query of [
      ofWorld(),
      {},
      { ...ofWorld(), accountingPeriod },
      { ...ofWorld(), asOf: '2190-02-01T00:00:00Z' },
    ]) {
      const found = await read(query);
      expect(found.balances).toBe(true);
      expect(found.debits).toEqual(found.credits);
      expect(found.rows.length).toBeGreaterThan(3);
      for (const { opening, debits, credits, closing } of found.rows) {
        expect(picos(closing)).toBe(picos(opening) + picos(debits) - picos(credits));
      }
    }
    await api.refused('readTrialBalance', 400, { query: { accountingPeriod, asOf: '2026-01-01T00:00:00Z' } });
  });

  test('of an organization is its own, without what the operator pays, and balances all the same', async () => {
    const own = await read({}, world.token);
    expect(own.organizationId).toBe(world.organizationId);
    expect(own.rows.map(({ account }) => account)).not.toContain('provider_cost');
    expect((await read(ofWorld())).rows.map(({ account }) => account)).toContain('provider_cost');
    expect(own.balances).toBe(true);
    const other = await createOrganizationWorld(api, 'other');
    await api.refused('readTrialBalance', 404, { token: other.token, query: ofWorld() });
    await api.refused('readPrepaidRollForward', 404, {
      token: other.token,
      query: { ...ofWorld(), accountingPeriod },
    });
  });
});

test('the roll-forward adds up, to what the balance says', async () => {
  const found = await api.ok('readPrepaidRollForward', {
    token: world.token,
    query: { accountingPeriod },
  });
  const addsUp = ({ opening, closing, ...movements }: PrepaidRollForward['prepaid'] | PrepaidRollForward['promo']) =>
    expect(Object.values(movements).reduce((sum, amount) => sum + picos(amount), picos(opening))).toBe(picos(closing));
  addsUp(found.prepaid);
  addsUp(found.promo);
  expect(found.promo).toMatchObject({ given: { amount: '0.005000000000' }, used: { amount: '-0.005000000000' } });
  const { prepaid } = await api.ok('readBalance', { params: ofWorld() });
  // what expires in later months is still there at the end of this one
  expect(found.prepaid.closing).toEqual(prepaid);
});

describe('closing a period', () => {
  const label = '2026-01';
  const params = () => ({ ...ofWorld(), accountingPeriod: label });
  const close = (person = ada) =>
    api.refused('closeAccountingPeriod', 409, { params: params(), credentials: person.credentials });

  beforeAll(async () => {
    await api.database.pool.query(
      `INSERT INTO accounting_period (organization_id, label, starts_at, ends_at)
       VALUES ($1, $2, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z')`,
      [world.organizationId, label],
    );
    await sealUsage(api.database.pool);
  });

  test('says what is in the way, and does nothing then', async () => {
    const running = { ...ofWorld(), accountingPeriod };
    const { canClose, checklist } = await api.ok('checkAccountingPeriod', { params: running });
    expect(canClose).toBe(false);
    expect(checklist.find(({ check }) => check === 'period-has-ended')).toMatchObject({ passed: false, found: 1 });
    const refusal = await api.refused('closeAccountingPeriod', 409, { params: running, credentials: ada.credentials });
    expect(refusal.errors.map(({ code }) => code)).toContain('period-has-ended');
    // the quarantine of the operator's world may be anybody's
    const { errors } = await close();
    expect(errors.map(({ code }) => code)).toEqual(['quarantine-is-empty']);
  });

  test('is a person’s act, done once, and stands in the log', async () => {
    await api.database.pool.query('UPDATE usage_quarantine SET resolved_at = now()');
    await api.refused('closeAccountingPeriod', 403, { params: params() }); // a token
    expect(await api.ok('checkAccountingPeriod', { params: params() })).toMatchObject({ canClose: true });
    const closed = await api.ok('closeAccountingPeriod', { params: params(), credentials: ada.credentials });
    expect(closed).toMatchObject({ label, state: 'closed', closedBy: ada.userId });
    expect(await api.ok('closeAccountingPeriod', { params: params(), credentials: ada.credentials })).toEqual(closed);
    const { data } = await api.ok('listAccountingPeriods', { token: world.token, params: ofWorld() });
    expect(data.map(({ label: each, state }) => [each, state])).toEqual([
      [accountingPeriod, 'open'],
      [label, 'closed'],
    ]);
    const log = await api.ok('listAuditLog', { query: { action: 'accounting-period.closed' } });
    expect(log.data).toMatchObject([{ actor: ada.userId, organizationId: world.organizationId }]);
    await api.refused('closeAccountingPeriod', 404, {
      params: { ...ofWorld(), accountingPeriod: '2003-01' },
      credentials: ada.credentials,
    });
  });
});
