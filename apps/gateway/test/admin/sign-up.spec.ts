import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashSecret } from '@tollgate/domain';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { createOperatorWorld, insertSignUp } from './admin-world.js';
import { cookieOf, createPerson, PASSWORD } from './console-person.js';
import { mailedToken } from './mailed-link.js';

let api: AdminApi;
let counter = 0;

const freshEmail = (): string => `newcomer-${++counter}@example.com`;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  await setUp({ signUp: 'open', starterGrant: '5' });
  await api.database.pool.query('TRUNCATE console_rate_limit');
});

async function setUp(data: { signUp: string; starterGrant?: string | null }): Promise<void> {
  await api.database.prisma.installation.update({ where: { id: 1 }, data });
}

const anybody = { credentials: {} };
const start = (email: string) => api.call('startSignUp', { ...anybody, body: { email } });
const check = (token: string) => api.call('checkSignUp', { ...anybody, body: { token } });
const complete = (token: string, organization = 'Acme') =>
  api.call('completeSignUp', {
    credentials: { origin: api.url },
    body: { token, name: 'Grace', password: PASSWORD, organization },
  });
const tokenFor = (email: string): string => mailedToken(api, email, '/sign-up');

/** The mail goes out after the answer. */
async function mailed(email: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const mail = api.log.findLast((line) => line.includes(`"to":"${email}"`));
    if (mail !== undefined) return mail;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nothing was mailed to ${email}`);
}

describe('where sign-up is open', () => {
  test('a mailed link makes a user, an organization, a project and a grant, and signs in', async () => {
    const email = freshEmail();
    expect((await start(email.toUpperCase())).status).toBe(202);
    await mailed(email);
    const token = tokenFor(email);
    expect(await check(token)).toMatchObject({ status: 200, body: { email } });
    const answer = await complete(token, 'Müller & Söhne');
    expect(answer).toMatchObject({ status: 201, body: { name: 'Grace', email } });
    const credentials = { cookie: cookieOf(answer.headers), origin: api.url };
    const me = await api.ok('readMe', { credentials });
    expect(me).toMatchObject({ operator: false, organizations: [{ slug: 'muller-sohne', role: 'owner' }] });
    const organizationId = me.organizations[0]?.id ?? '';
    const params = { organizationId };
    const organization = await api.ok('readOrganization', { credentials, params });
    expect(organization).toMatchObject({
      name: 'Müller & Söhne',
      billingMode: 'prepaid',
      monthlyBudget: null,
    });
    const balance = await api.ok('readBalance', { credentials, params });
    expect(balance).toMatchObject({ available: { amount: '5.000000000000' } });
    // what is given away is posted when it is used
    const { data: posted } = await api.ok('listLedgerTransactions', { credentials });
    expect(posted).toEqual([]);
    const { data } = await api.ok('listCreditGrants', { credentials });
    expect(data).toMatchObject([{ account: 'promo', reason: 'starter grant' }]);
    const projects = await api.ok('listProjects', { credentials, params });
    expect(projects.data).toMatchObject([{ name: 'Default' }]);
    await api.ok('createApiKey', {
      credentials,
      params: { projectId: projects.data[0]?.id ?? '' },
      body: { name: 'First', modelAllowlist: ['*'] },
    });
    const log = await api.ok('listAuditLog', { credentials, query: { limit: '6' } });
    // those of one millisecond come in any order
    expect(log.data.map(({ action }) => action).sort()).toEqual([
      'api-key.created',
      'console-user.created',
      'manual-posting.posted',
      'member.added',
      'organization.created',
      'project.created',
    ]);
    expect([(await check(token)).status, (await complete(token)).status]).toEqual([410, 410]);
  });

  test('its terms are the operator’s to change, not the newcomer’s', async () => {
    const answer = await complete(await insertSignUp(api));
    const credentials = { cookie: cookieOf(answer.headers), origin: api.url };
    const { organizations } = await api.ok('readMe', { credentials });
    const call = { credentials, params: { organizationId: organizations[0]?.id ?? '' }, ifMatch: 1 };
    for (const body of [{ monthlyBudget: null }, { billingMode: 'postpaid' }]) {
      await api.refused('updateOrganization', 403, { ...call, body });
    }
    const credit = { kind: 'promotion', amount: '1000', currency: 'USD', reason: 'Mine' };
    await api.refused('createManualPosting', 403, { ...call, idempotencyKey: 'mine', body: credit });
  });

  test('without a starter grant there is nothing to spend', async () => {
    await setUp({ signUp: 'open', starterGrant: null });
    const answer = await complete(await insertSignUp(api));
    const credentials = { cookie: cookieOf(answer.headers) };
    const { organizations } = await api.ok('readMe', { credentials });
    const params = { organizationId: organizations[0]?.id ?? '' };
    const { billingMode } = await api.ok('readOrganization', { credentials, params });
    expect(billingMode).toBe('prepaid');
    const { data } = await api.ok('listCreditGrants', { credentials });
    expect(data).toEqual([]);
  });

  test('a link that is used twice at once makes one organization and one grant', async () => {
    for (let round = 0; round < 3; round++) {
      const before = await api.database.prisma.organization.count();
      const token = await insertSignUp(api);
      const answers = await Promise.all([complete(token), complete(token), complete(token)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410]);
      expect(await api.database.prisma.organization.count()).toBe(before + 1);
    }
  });

  test('organizations of the same name get slugs of their own', async () => {
    const answers = [];
    for (const name of ['Twin', 'Twin', '日本']) answers.push(await complete(await insertSignUp(api), name));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const where = { OR: [{ name: 'Twin' }, { name: '日本' }] };
    const rows = await api.database.prisma.organization.findMany({ where, orderBy: { id: 'asc' } });
    expect(rows.map(({ slug }) => slug)).toEqual(['twin', expect.stringMatching(/^twin-[a-z0-9]{5}$/), 'organization']);
  });

  test('a known address gets the same answer, and a mail that says so', async () => {
    const person = await createPerson(api);
    const [known, unknown] = [await start(person.email), await start(freshEmail())];
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    const mail = await mailed(person.email);
    expect(mail).toContain('You have an account already');
    expect(mail).not.toContain('#token=');
  });

  test('an address that was given an account meanwhile is a conflict, and the link still works', async () => {
    const person = await createPerson(api);
    const token = await insertSignUp(api, person.email);
    expect((await complete(token)).status).toBe(409);
    expect((await check(token)).status).toBe(200);
  });

  test('another link replaces the first', async () => {
    const email = freshEmail();
    await start(email);
    await mailed(email);
    const older = tokenFor(email);
    api.log.length = 0;
    await start(email);
    await mailed(email);
    const newer = tokenFor(email);
    expect([(await check(older)).status, (await check(newer)).status]).toEqual([410, 200]);
  });

  test('a link ends with its day', async () => {
    const email = freshEmail();
    const token = await insertSignUp(api, email);
    const data = { expiresAt: new Date(Date.now() - 1) };
    await api.database.prisma.signUp.updateMany({ where: { email }, data });
    expect([(await check(token)).status, (await complete(token)).status]).toEqual([410, 410]);
  });

  test('a mailbox is not filled', async () => {
    const email = freshEmail();
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await start(email)).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429]);
  });

  test('the token is stored as a hash', async () => {
    const email = freshEmail();
    await start(email);
    await mailed(email);
    const rows = await api.database.prisma.signUp.findMany({ where: { email } });
    expect(rows.map(({ tokenHash }) => tokenHash)).toEqual([hashSecret(tokenFor(email))]);
  });

  test('a page of somebody else completes nothing', async () => {
    const token = await insertSignUp(api);
    const body = { token, name: 'Eve', password: PASSWORD, organization: 'Evil' };
    const credentials = { origin: 'https://evil.example' };
    expect((await api.call('completeSignUp', { credentials, body })).status).toBe(403);
  });
});

test.each(['closed', 'invitation'])('where sign-up is %s, nobody signs up', async (signUp) => {
  const token = await insertSignUp(api);
  await setUp({ signUp });
  expect([(await start(freshEmail())).status, (await complete(token)).status]).toEqual([403, 403]);
});

describe('the entrance', () => {
  const read = () => api.ok('readEntrance', anybody);

  test('says how one may come in', async () => {
    expect(await read()).toEqual({
      signUp: 'open',
      starterGrant: { amount: '5.000000000000', currency: 'USD' },
      singleSignOn: false,
      mail: false,
    });
    await setUp({ signUp: 'closed' });
    expect(await read()).toMatchObject({ signUp: 'closed', starterGrant: null });
  });
});

describe('the installation', () => {
  test('is the operator’s to see and to change', async () => {
    const before = await api.ok('readInstallation', {});
    expect(before).toMatchObject({ signUp: 'open', mail: null, publicUrl: null });
    const starterGrant = { amount: '12.5', currency: 'USD' };
    const body = { signUp: 'invitation', starterGrant };
    const after = await api.ok('updateInstallation', { ifMatch: before.version, body });
    expect(after).toMatchObject({ signUp: 'invitation', starterGrant: { amount: '12.500000000000' } });
    expect(after.version).toBe(before.version + 1);
    await api.refused('updateInstallation', 412, { ifMatch: before.version, body });
    const nothing = await api.ok('updateInstallation', { ifMatch: after.version, body: { starterGrant: null } });
    expect(nothing.starterGrant).toBeNull();
    const { data } = await api.ok('listAuditLog', { query: { limit: '2' } });
    expect(data.map(({ action, resourceId }) => [action, resourceId])).toEqual([
      ['installation.updated', 'installation'],
      ['installation.updated', 'installation'],
    ]);
  });

  test('grants nothing by null, not by 0', async () => {
    const { version } = await api.ok('readInstallation', {});
    const starterGrant = { amount: '0.000', currency: 'USD' };
    const refusal = await api.refused('updateInstallation', 400, { ifMatch: version, body: { starterGrant } });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/starterGrant/amount' }]);
  });

  test('writes a test mail to the log where no server is set', async () => {
    expect(await api.ok('sendTestMail', { body: { to: 'ada@example.com' } })).toEqual({
      delivery: 'logged',
      detail: null,
    });
  });
});
