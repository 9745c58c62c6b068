import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SsoConnection, SsoRefusal } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from '../admin/admin-api.js';
import { createPerson, PASSWORD } from '../admin/console-person.js';
import { Browser } from '../browser.js';
import { OidcServer, type Claimed } from './oidc-server.js';

let api: AdminApi;
let oidc: OidcServer;
beforeAll(async () => {
  // the provider says at length that it is not set up for production
  for (const level of ['warn', 'info'] as const) jest.spyOn(console, level).mockReturnValue(undefined);
  [api, oidc] = await Promise.all([startAdminApi(), OidcServer.start()]);
});
afterAll(() => Promise.all([api.close(), oidc.stop()]));
beforeEach(async () => {
  oidc.refuses = false;
  await api.database.pool.query('TRUNCATE console_rate_limit');
});

const browser = (): Browser => new Browser({ origin: api.url });

let counter = 0;

interface Company {
  readonly organizationId: string;
  readonly domain: string;
  readonly connection: SsoConnection;
}

/** An organization that signs in by the provider; the operator has given their word for the domain. */
async function company({ issuer = oidc, defaultRole = 'viewer' } = {}): Promise<Company> {
  const slug = `company-${++counter}`;
  const domain = `${slug}.example`;
  const { id: organizationId } = await api.ok('createOrganization', { body: { name: slug, slug } });
  const placeholder = { clientId: 'not-yet', clientSecret: 'not yet' };
  const body = { name: 'Staff', issuer: issuer.issuer, domains: [domain], defaultRole, organizationId, ...placeholder };
  const draft = await api.ok('createSsoConnection', { body });
  const params = { ssoConnectionId: draft.id };
  const client = await issuer.register(draft.redirectUri);
  await api.ok('updateSsoConnection', { params, ifMatch: draft.version, body: client });
  const connection = await api.ok('verifySsoDomain', { params, body: { domain } });
  return { organizationId, domain, connection };
}

const begin = (from: Browser, email: string, returnTo = '/requests') =>
  from.post('/api/auth/sign-in/sso', { email, returnTo });

/** What the address bar shows in the end, as far as our server is concerned. */
const ours = (url: string): string => {
  const { pathname, search } = new URL(url);
  return pathname + search;
};

/** The way there, to just before coming back. */
async function visitProvider(from: Browser, email: string, person: Claimed): Promise<string> {
  oidc.person = person;
  const begun = await begin(from, email);
  expect(begun.status).toBe(200);
  return ours(await oidc.visit(String(begun.body['url'])));
}

/** @returns where in the console somebody arrives. */
async function arrive(from: Browser, callback: string): Promise<string> {
  const answer = await from.get(callback);
  expect(answer.status).toBe(302);
  return answer.headers.get('location') ?? '';
}

async function signIn(from: Browser, email: string, person: Claimed): Promise<string> {
  return arrive(from, await visitProvider(from, email, person));
}

const refusal = (code: SsoRefusal): string => `/sign-in?error=${code}`;

const meOf = async (from: Browser) => (await from.get('/api/v1/me')).body;

describe('somebody of a company', () => {
  test('signs in by its provider: first as a new member, then as the same', async () => {
    const { organizationId, domain } = await company({ defaultRole: 'developer' });
    const person = { sub: 'u1', email: `Ada@${domain}`, email_verified: true, name: 'Ada' };
    const first = browser();
    expect(await signIn(first, `ada@${domain}`, person)).toBe('/requests');
    const me = await meOf(first);
    expect(me).toMatchObject({
      user: { name: 'Ada', email: `ada@${domain}` },
      operator: false,
      organizations: [{ id: organizationId, role: 'developer' }],
    });
    const second = browser();
    // the provider knows them by their subject, whatever their address is now
    const renamed = { ...person, email: `ada.lovelace@${domain}` };
    expect(await signIn(second, `ada@${domain}`, renamed)).toBe('/requests');
    expect((await meOf(second))['user']).toEqual(me['user']);
    const log = await api.ok('listAuditLog', { query: { organizationId, action: 'member.joined-by-sso' } });
    expect(log.data).toHaveLength(1);
  });

  test('is told by providers that put addresses into their tokens too', async () => {
    const other = await OidcServer.start({ tellsInToken: true });
    try {
      const { domain } = await company({ issuer: other });
      other.person = { sub: 'u1', email: `grace@${domain}` };
      const from = browser();
      const { body } = await begin(from, `grace@${domain}`, 'https://evil.example/');
      expect(await arrive(from, ours(await other.visit(String(body['url']))))).toBe('/');
      expect(await meOf(from)).toMatchObject({ user: { email: `grace@${domain}`, name: 'grace' } });
    } finally {
      await other.stop();
    }
  });

  test('who has an account already keeps it, and their role', async () => {
    const { organizationId, domain } = await company();
    const { userId } = await createPerson(api, { memberships: [{ organizationId, role: 'admin' }] });
    await api.database.prisma.consoleUser.update({ where: { id: userId }, data: { email: `old@${domain}` } });
    const from = browser();
    await signIn(from, `old@${domain}`, { sub: 'old', email: `old@${domain}`, email_verified: true });
    expect(await meOf(from)).toMatchObject({ user: { id: userId }, organizations: [{ role: 'admin' }] });
  });

  test('who was removed comes back, as long as the provider vouches for them', async () => {
    const { organizationId, domain } = await company();
    const person = { sub: 'u1', email: `back@${domain}`, email_verified: true };
    const from = browser();
    await signIn(from, person.email, person);
    await api.database.prisma.member.deleteMany({ where: { organizationId } });
    expect((await meOf(from))['organizations']).toEqual([]);
    await signIn(from, person.email, person);
    expect(await meOf(from)).toMatchObject({ organizations: [{ id: organizationId, role: 'viewer' }] });
  });

  test('two first sign-ins at once make one user', async () => {
    const { organizationId, domain } = await company();
    const person = { sub: 'twice', email: `twice@${domain}`, email_verified: true };
    const both = [browser(), browser()];
    const callbacks: string[] = [];
    for (const from of both) callbacks.push(await visitProvider(from, person.email, person));
    const places = await Promise.all(both.map((from, index) => arrive(from, callbacks[index] ?? '')));
    expect(places).toEqual(['/requests', '/requests']);
    expect(await api.database.prisma.member.count({ where: { organizationId } })).toBe(1);
  });
});

describe('is refused', () => {
  test.each<[string, (domain: string) => Partial<Claimed>, SsoRefusal]>([
    ['an address of another domain', () => ({ email: 'eve@evil.example' }), 'sso-foreign-domain'],
    ['an address below the domain', (domain) => ({ email: `eve@sub.${domain}` }), 'sso-foreign-domain'],
    ['an address that only ends like the domain', (domain) => ({ email: `eve@evil${domain}` }), 'sso-foreign-domain'],
    ['an unverified address', (domain) => ({ email: `e@${domain}`, email_verified: false }), 'sso-email-unverified'],
    ['no address', () => ({}), 'sso-no-email'],
    ['what is no address', (domain) => ({ email: `a@b@${domain}` }), 'sso-no-email'],
  ])('%s', async (_what, claims, code) => {
    const { organizationId, domain } = await company();
    const from = browser();
    expect(await signIn(from, `x@${domain}`, { sub: 'eve', ...claims(domain) })).toBe(refusal(code));
    expect((await from.get('/api/v1/me')).status).toBe(401);
    expect(await api.database.prisma.member.count({ where: { organizationId } })).toBe(0);
  });

  test('an operator, for whom no company’s provider can speak', async () => {
    const { domain } = await company();
    const { userId } = await createPerson(api, { operator: true });
    await api.database.prisma.consoleUser.update({ where: { id: userId }, data: { email: `boss@${domain}` } });
    const from = browser();
    const person = { sub: 'boss', email: `boss@${domain}`, email_verified: true };
    expect(await signIn(from, person.email, person)).toBe(refusal('sso-operator'));
  });

  test('another browser’s answer, a second use of it, and one for another connection', async () => {
    const { domain } = await company();
    const { connection: other } = await company();
    const person = { sub: 'u1', email: `ada@${domain}`, email_verified: true };
    const [mine, theirs] = [browser(), browser()];
    await begin(theirs, person.email);
    const callback = await visitProvider(mine, person.email, person);
    expect(await arrive(theirs, callback)).toBe(refusal('sso-expired'));
    // it was spent by the other one
    expect(await arrive(mine, callback)).toBe(refusal('sso-expired'));
    const again = await visitProvider(mine, person.email, person);
    const kept = { cookie: mine.cookie };
    expect(await arrive(mine, again)).toBe('/requests');
    const replayed = await browser().get(again, kept);
    expect(replayed.headers.get('location')).toBe(refusal('sso-expired'));
    const third = await visitProvider(mine, person.email, person);
    const elsewhere = third.replace(/sso_[0-9a-z]+/, other.id);
    expect(await arrive(mine, elsewhere)).toBe(refusal('sso-expired'));
  });

  test('a wrong state, no state, a forged code, and what the provider itself refuses', async () => {
    const { domain } = await company();
    const person = { sub: 'u1', email: `ada@${domain}`, email_verified: true };
    const from = browser();
    const callback = await visitProvider(from, person.email, person);
    expect(await arrive(from, callback.replace(/state=[^&]+/, 'state=other'))).toBe(refusal('sso-expired'));
    expect(await arrive(from, callback.split('?')[0] ?? '')).toBe(refusal('sso-expired'));
    const forged = (await visitProvider(from, person.email, person)).replace(/code=[^&]+/, 'code=forged');
    expect(await arrive(from, forged)).toBe(refusal('sso-failed'));
    oidc.refuses = true;
    expect(await signIn(from, person.email, person)).toBe(refusal('sso-denied'));
    expect(api.log.join('\n')).toContain('signing in by a provider failed');
  });

  test('who comes back to a connection that is gone', async () => {
    const { domain, connection } = await company();
    const person = { sub: 'u1', email: `ada@${domain}`, email_verified: true };
    const from = browser();
    const callback = await visitProvider(from, person.email, person);
    await api.ok('deleteSsoConnection', { params: { ssoConnectionId: connection.id } });
    expect(await arrive(from, callback)).toBe(refusal('sso-connection-gone'));
    expect(await begin(from, person.email)).toMatchObject({ status: 404, body: { code: 'NO_SSO_CONNECTION' } });
  });

  test('who was linked by a domain that the connection has no longer', async () => {
    const { domain, connection } = await company();
    const person = { sub: 'u1', email: `ada@${domain}`, email_verified: true };
    await signIn(browser(), person.email, person);
    const moved = `moved-${domain}`;
    const params = { ssoConnectionId: connection.id };
    await api.ok('updateSsoConnection', { params, ifMatch: connection.version, body: { domains: [moved] } });
    await api.ok('verifySsoDomain', { params, body: { domain: moved } });
    const from = browser();
    expect(await signIn(from, `x@${moved}`, { ...person, email: `ada@${moved}` })).toBe(refusal('sso-foreign-domain'));
  });
});

test('nothing of it is in a row or the log but sealed or hashed', async () => {
  const { domain } = await company();
  const from = browser();
  const { body } = await begin(from, `ada@${domain}`);
  const url = new URL(String(body['url']));
  const { rows } = await api.database.pool.query<{ row: string }>(
    'SELECT t::text AS row FROM console_verification t UNION ALL SELECT t::text FROM sso_connection t',
  );
  const text = rows.map(({ row }) => row).join('\n') + api.log.join('\n');
  const cookie = decodeURIComponent(from.cookie.split('=')[1] ?? '').split('.')[0] ?? '';
  expect(cookie.length).toBeGreaterThan(40);
  for (const secret of [url.searchParams.get('state'), url.searchParams.get('nonce'), cookie]) {
    expect(text).not.toContain(secret);
  }
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
});

test('whoever comes by a provider gets no other way in: neither a password by mail nor a passkey', async () => {
  const { domain, connection } = await company();
  const email = `nopassword@${domain}`;
  const from = browser();
  await signIn(from, email, { sub: 'np', email, email_verified: true });
  const passkey = await from.get('/api/auth/passkey/generate-register-options');
  expect(passkey).toMatchObject({ status: 403, body: { code: 'SIGNED_IN_BY_PROVIDER' } });
  const ask = async (): Promise<void> => {
    expect((await browser().post('/api/auth/request-password-reset', { email })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 200));
  };
  await ask();
  expect(api.log.join('\n')).not.toContain('/reset-password#token=');
  // their provider gone, that is the way back in
  await api.ok('deleteSsoConnection', { params: { ssoConnectionId: connection.id } });
  await ask();
  const [, token = ''] = /reset-password#token=(\w+)/.exec(api.log.join('\n').replaceAll('\\n', '\n')) ?? [];
  const reset = await browser().post('/api/auth/reset-password', { token, newPassword: PASSWORD });
  expect(reset.status).toBe(200);
  expect((await browser().signIn(email, PASSWORD)).status).toBe(200);
});
