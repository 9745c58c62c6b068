import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAdminApi, type AdminApi, type Call } from './admin-api.js';
import { createOperatorWorld, createOrganizationWorld, type OrganizationWorld } from './admin-world.js';
import { createPerson, type ConsolePerson } from './console-person.js';

let api: AdminApi;
let world: OrganizationWorld;
let ada: ConsolePerson;
let grace: ConsolePerson;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme'); // with one request, and a payment of $100
  ada = await createPerson(api, { operator: true });
  grace = await createPerson(api, { operator: true });
}, 60_000);
afterAll(() => api.close());

const posting = (key: string, changes: object = {}): Call => ({
  params: { organizationId: world.organizationId },
  idempotencyKey: key,
  body: { kind: 'payment', amount: '2.5', currency: 'USD', reason: 'Transfer 4711', ...changes },
});
const post = (key: string, changes: object = {}) => api.ok('createManualPosting', posting(key, changes));
const usd = (amount: string) => ({ amount, currency: 'USD' });
const entriesOf = async (id: string | null) => {
  const { entries } = await api.ok('readLedgerTransaction', { params: { ledgerTransactionId: id ?? '' } });
  return Object.fromEntries(entries.map(({ account, amount }) => [account, amount.amount]));
};
const grantsOf = async (query: Record<string, string> = {}) =>
  (await api.ok('listCreditGrants', { query: { organizationId: world.organizationId, ...query } })).data;

describe('what is posted', () => {
  test('the same key and body is answered again, posted once and told once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => post('one')));
    const [first] = answers;
    for (const other of answers) expect(other).toEqual(first);
    expect(first).toMatchObject({ kind: 'payment', state: 'posted', amount: usd('2.500000000000'), priority: 100 });
    expect(await entriesOf(first?.ledgerTransactionId ?? null)).toEqual({
      cash: '2.500000000000',
      prepaid: '-2.500000000000',
    });
    const log = await api.ok('listAuditLog', {
      query: { action: 'manual-posting.posted', resourceId: first?.id ?? '' },
    });
    expect(log.data).toMatchObject([
      { organizationId: world.organizationId, changes: { amount: { before: null, after: '2.500000000000' } } },
    ]);
    // written otherwise, it is the same
    expect(await post('one', { amount: '2.50' })).toEqual(first);
    await api.refused('createManualPosting', 422, posting('one', { amount: '2.6' }));
    await api.refused('createManualPosting', 422, posting('one', { kind: 'promotion' }));
  });

  test('credit that is given away is in no ledger before it is used, and can be revoked', async () => {
    const terms = { kind: 'promotion', amount: '7', priority: 3, expiresAt: '2199-01-01T00:00:00Z' };
    const given = await post('given', terms);
    expect(given).toMatchObject({ ledgerTransactionId: null, state: 'posted' });
    const params = { creditGrantId: given.creditGrantId ?? '' };
    const grant = await api.ok('readCreditGrant', { token: world.token, params });
    expect(grant).toMatchObject({
      ...{ account: 'promo', origin: 'promotion', state: 'live', priority: 3, uses: [], lastUsedAt: null },
      ...{ amount: usd('7.000000000000'), remaining: usd('7.000000000000'), expiresAt: '2199-01-01T00:00:00.000Z' },
    });
    const revocation = { kind: 'revocation', grantId: params.creditGrantId };
    const tooMuch = await api.refused('createManualPosting', 400, posting('rev', { ...revocation, amount: '7.1' }));
    expect(tooMuch.errors).toMatchObject([{ pointer: '/body/amount', code: 'not_postable' }]);
    const revoked = await post('revoke', { ...revocation, amount: '7' });
    const spent = await api.ok('readCreditGrant', { params });
    expect(spent).toMatchObject({ state: 'spent', remaining: usd('0.000000000000') });
    expect(spent.uses).toMatchObject([{ requestId: null, sourceId: revoked.id, amount: usd('7.000000000000') }]);
    expect((await grantsOf({ state: 'spent' })).map(({ id }) => id)).toContain(params.creditGrantId);
    expect((await grantsOf({ state: 'live' })).map(({ id }) => id)).not.toContain(params.creditGrantId);
  });

  test('refunds, adjustments and write-offs post what they say, and no more than there is', async () => {
    const refund = await post('refund', { kind: 'refund', amount: '1' });
    expect(await entriesOf(refund.ledgerTransactionId)).toEqual({ prepaid: '1.000000000000', cash: '-1.000000000000' });
    const favour = await post('favour', { kind: 'adjustment', amount: '0.5' });
    expect(await entriesOf(favour.ledgerTransactionId)).toEqual({
      revenue: '0.500000000000',
      prepaid: '-0.500000000000',
    });
    const against = await post('against', { kind: 'adjustment', amount: '-0.25' });
    expect(await entriesOf(against.ledgerTransactionId)).toEqual({
      prepaid: '0.250000000000',
      revenue: '-0.250000000000',
    });
    for (const [kind, amount] of [
      ['refund', '5000'],
      ['write_off', '5000'],
    ] as const) {
      const { errors } = await api.refused('createManualPosting', 400, posting(`too much ${kind}`, { kind, amount }));
      expect(errors).toMatchObject([{ pointer: '/body/amount', code: 'not_postable' }]);
    }
    const { data } = await api.ok('listLedgerTransactions', {
      query: { organizationId: world.organizationId, limit: '3' },
    });
    const amounts = data.map(({ kind, amount }) => [kind, amount.amount]);
    expect(amounts).toEqual([
      ['adjustment', '-0.250000000000'],
      ['adjustment', '0.500000000000'],
      ['refund', '-1.000000000000'],
    ]);
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
    [{ expiresAt: '2001-01-01T00:00:00Z' }, '/body/expiresAt'],
    [{ kind: 'refund', expiresAt: '2199-01-01T00:00:00Z' }, '/body/expiresAt'],
    [{ kind: 'write_off', priority: 1 }, '/body/priority'],
    [{ kind: 'revocation' }, '/body/grantId'],
    [{ grantId: `grant_${'0'.repeat(26)}` }, '/body/grantId'],
  ])('%j is refused', async (changes, pointer) => {
    const { errors } = await api.refused('createManualPosting', 400, posting('three', changes));
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  test('nothing is posted without a key, for nobody, or by an organization for itself', async () => {
    const { params, body } = posting('x');
    const { errors } = await api.refused('createManualPosting', 400, { params, body });
    expect(errors).toMatchObject([{ pointer: '/header/Idempotency-Key', code: 'required' }]);
    const organizationId = `org_${'0'.repeat(26)}`;
    await api.refused('createManualPosting', 404, { ...posting('four'), params: { organizationId } });
    await api.refused('createManualPosting', 403, { ...posting('four'), token: world.token });
  });
});

describe('from the threshold on', () => {
  const BIG = { kind: 'promotion', amount: '50', reason: 'For the outage' };
  const asks = (person: ConsolePerson, key: string) =>
    api.ok('createManualPosting', { ...posting(key, BIG), credentials: person.credentials });
  const available = async () =>
    (await grantsOf({ state: 'live' })).reduce((sum, { remaining }) => sum + Number(remaining.amount), 0);

  test('the threshold is set by the operator, and stands in the log', async () => {
    const before = await api.ok('readInstallation');
    const body = { approvalThreshold: { amount: '50', currency: 'USD' } };
    const after = await api.ok('updateInstallation', { ifMatch: before.version, body });
    expect(after.approvalThreshold).toEqual(usd('50.000000000000'));
    const { data } = await api.ok('listAuditLog', { query: { action: 'installation.updated', limit: '1' } });
    expect(data[0]?.changes).toMatchObject({ approvalThreshold: { after: usd('50.000000000000') } });
  });

  test('it waits for a second person, who is neither the first nor a token', async () => {
    const before = await available();
    const waiting = await asks(ada, 'big');
    expect(waiting).toMatchObject({ state: 'pending', requestedBy: ada.userId, decidedAt: null, creditGrantId: null });
    expect(await asks(ada, 'big')).toEqual(waiting);
    expect(await available()).toBe(before);
    const call = { params: { manualPostingId: waiting.id } };
    await api.refused('approveManualPosting', 403, call); // a token
    const refusal = await api.refused('approveManualPosting', 403, { ...call, credentials: ada.credentials });
    expect(refusal.detail).toContain('second person');
    const pending = await api.ok('listManualPostings', { query: { state: 'pending' } });
    expect(pending.data).toEqual([waiting]);
    expect(await api.ok('readReviewSummary')).toMatchObject({ pendingPostings: 1 });
    // what is only wanted is nobody's but the operator's
    await api.refused('readManualPosting', 404, { ...call, token: world.token });
    expect((await api.ok('listManualPostings', { token: world.token, query: { state: 'pending' } })).data).toEqual([]);

    const posted = await api.ok('approveManualPosting', { ...call, credentials: grace.credentials });
    expect(posted).toMatchObject({ state: 'posted', decidedBy: grace.userId });
    expect(await available()).toBe(before + 50);
    await api.refused('approveManualPosting', 409, { ...call, credentials: grace.credentials });
    // the people of the operator are no names to the organization
    const own = await api.ok('readManualPosting', { ...call, token: world.token });
    expect(own).toEqual({ ...posted, requestedByName: null, decidedByName: null });
    expect(posted.decidedByName).toBe('Person');
    const log = await api.ok('listAuditLog', { query: { resourceId: waiting.id } });
    expect(log.data.map(({ action, actor }) => [action, actor])).toEqual([
      ['manual-posting.approved', grace.userId],
      ['manual-posting.requested', ada.userId],
    ]);
  });

  test('nobody approves what a token of their own has asked for', async () => {
    const body = { name: 'Ada’s', scopes: ['*'] };
    const first = await api.ok('createManagementToken', { body, credentials: ada.credentials });
    const second = await api.ok('createManagementToken', { body, token: first.secret });
    for (const [key, { secret: token }] of Object.entries({ first, second })) {
      const waiting = await api.ok('createManualPosting', { ...posting(`token ${key}`, BIG), token });
      expect(waiting.state).toBe('pending');
      const params = { manualPostingId: waiting.id };
      const refusal = await api.refused('approveManualPosting', 403, { params, credentials: ada.credentials });
      expect(refusal.detail).toContain('second person');
      await api.ok('approveManualPosting', { params, credentials: grace.credentials });
    }
  });

  test('what is rejected posts nothing, with the reason', async () => {
    const before = await available();
    const waiting = await asks(ada, 'doubtful');
    const call = { params: { manualPostingId: waiting.id }, body: { reason: 'It was not our outage' } };
    const rejected = await api.ok('rejectManualPosting', { ...call, credentials: grace.credentials });
    expect(rejected).toMatchObject({ state: 'rejected', decisionReason: 'It was not our outage' });
    expect(await available()).toBe(before);
    await api.refused('approveManualPosting', 409, { params: call.params, credentials: grace.credentials });
  });

  test('what the books do not allow any more by then is refused, and goes on waiting', async () => {
    const [grant] = await grantsOf({ state: 'live', account: 'promo' });
    const revocation = { kind: 'revocation', amount: '50', grantId: grant?.id };
    const waiting = await api.ok('createManualPosting', {
      ...posting('late', revocation),
      credentials: ada.credentials,
    });
    await post('meanwhile', { ...revocation, amount: '1' });
    const call = { params: { manualPostingId: waiting.id }, credentials: grace.credentials };
    const { errors } = await api.refused('approveManualPosting', 400, call);
    expect(errors).toMatchObject([{ pointer: '/body/amount', code: 'not_postable' }]);
    expect(await api.ok('readManualPosting', { params: call.params })).toMatchObject({ state: 'pending' });
  });
});

test('postings and grants are listed page by page', async () => {
  for (const operation of ['listManualPostings', 'listCreditGrants'] as const) {
    const all = (await api.ok(operation, { query: { limit: '200' } })).data.map(({ id }) => id);
    expect(all.length).toBeGreaterThan(3);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: Record<string, string> = cursor === '' ? { limit: '2' } : { limit: '2', cursor };
      const page: { data: { id: string }[]; nextCursor: string | null } = await api.ok(operation, { query });
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all);
    const order = operation === 'listManualPostings' ? '-requestedAt' : '-bookedAt';
    const forged = Buffer.from(JSON.stringify([order, 'x', 'y'])).toString('base64url');
    await api.refused(operation, 400, { query: { cursor: forged } });
  }
});
