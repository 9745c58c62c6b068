import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startAdminApi, type AdminApi } from '../admin/admin-api.js';
import { insertSetupLink } from '../admin/admin-world.js';
import { createPerson, PASSWORD } from '../admin/console-person.js';
import { Browser, type BrowserAnswer } from '../browser.js';
import { totpOf } from './totp.js';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(() => api.close());
beforeEach(() => api.database.pool.query('TRUNCATE console_rate_limit'));

const browser = (): Browser => new Browser({ origin: api.url });

interface Protected {
  readonly userId: string;
  readonly email: string;
  readonly uri: string;
  readonly backupCodes: readonly string[];
  /** In which the second factor was turned on. */
  readonly first: Browser;
}

/** Somebody with an authenticator app. */
async function protectedPerson(): Promise<Protected> {
  const { userId, email } = await createPerson(api, { operator: true });
  const first = browser();
  await first.signIn(email, PASSWORD);
  const enabled = await first.post('/api/auth/two-factor/enable', { password: PASSWORD });
  expect(enabled.status).toBe(200);
  const { totpURI: uri, backupCodes } = enabled.body as { totpURI: string; backupCodes: string[] };
  // the step before: the codes of this one and the next are still to be used
  expect((await first.post('/api/auth/two-factor/verify-totp', { code: totpOf(uri, -1) })).status).toBe(200);
  await api.database.pool.query('TRUNCATE console_rate_limit');
  return { userId, email, uri, backupCodes, first };
}

async function challenged(email: string): Promise<Browser> {
  const found = browser();
  const answer = await found.signIn(email, PASSWORD);
  expect(answer).toMatchObject({ status: 200, body: { twoFactorRedirect: true, twoFactorMethods: ['totp'] } });
  return found;
}

const sendCode = (from: Browser, code: string): Promise<BrowserAnswer> =>
  from.post('/api/auth/two-factor/verify-totp', { code });

const twoFactorOf = async (from: Browser): Promise<unknown> =>
  ((await from.get('/api/v1/me')).body['user'] as { twoFactor: boolean }).twoFactor;

async function auditOf(userId: string): Promise<string[]> {
  const { rows } = await api.database.pool.query<{ action: string; remote_address: string }>(
    'SELECT action, remote_address FROM audit_log_entry WHERE resource_id = $1 ORDER BY id',
    [userId],
  );
  expect(rows.every((row) => row.remote_address === '127.0.0.1')).toBe(true);
  return rows.map(({ action }) => action);
}

describe('a second factor', () => {
  test('is turned on by its first code, and ends the sessions elsewhere', async () => {
    const { userId, email } = await createPerson(api, { operator: true });
    const [here, elsewhere] = [browser(), browser()];
    await here.signIn(email, PASSWORD);
    await elsewhere.signIn(email, PASSWORD);
    expect((await here.post('/api/auth/two-factor/enable', { password: 'not it, not it at all' })).status).toBe(400);
    const { body } = await here.post('/api/auth/two-factor/enable', { password: PASSWORD });
    expect(await twoFactorOf(here)).toBe(false);
    expect((await sendCode(here, '000000')).status).toBe(401);
    const before = here.cookie;
    const on = await sendCode(here, totpOf(String(body['totpURI'])));
    expect(on.status).toBe(200);
    expect(JSON.stringify(on.body)).not.toContain('token');
    expect(here.cookie).not.toBe(before);
    expect(await twoFactorOf(here)).toBe(true);
    for (const headers of [{ cookie: before }, { cookie: elsewhere.cookie }]) {
      expect((await browser().get('/api/v1/me', headers)).status).toBe(401);
    }
    expect(await auditOf(userId)).toEqual(['console-user.two-factor-turned-on']);
  });

  test('stands between the password and a session', async () => {
    const { email, uri } = await protectedPerson();
    const waiting = await challenged(email);
    expect(waiting.cookie).not.toContain('session_token');
    expect((await waiting.get('/api/v1/me')).status).toBe(401);
    expect((await waiting.get('/api/auth/get-session')).body).toBeNull();
    expect((await browser().post('/api/auth/two-factor/verify-totp', { code: totpOf(uri) })).status).toBe(401);
    const done = await sendCode(waiting, totpOf(uri));
    expect(done.status).toBe(200);
    expect(done.body).not.toHaveProperty('token');
    expect((await waiting.get('/api/v1/me')).status).toBe(200);
  });

  test('takes each code once, of two at once too', async () => {
    const { email, uri } = await protectedPerson();
    const [one, two, three] = [await challenged(email), await challenged(email), await challenged(email)];
    const code = totpOf(uri);
    const answers = await Promise.all([sendCode(one, code), sendCode(two, code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const again = await sendCode(three, code);
    const wrong = await sendCode(three, '000000');
    expect(again).toMatchObject({ status: 401, body: wrong.body });
    expect((await sendCode(three, totpOf(uri, 1))).status).toBe(200);
  });

  test('is not guessed: wrong codes lock it, for every browser, whatever it sends', async () => {
    const { email, uri } = await protectedPerson();
    const statuses: number[] = [];
    for (let round = 0; round < 3; round++) {
      const waiting = await challenged(email);
      for (let guess = 0; guess < 5; guess++) statuses.push((await sendCode(waiting, `0000${round}${guess}`)).status);
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses.slice(10)).toEqual(Array(5).fill(429));
    expect((await sendCode(await challenged(email), totpOf(uri))).status).toBe(429);
    // somewhere else it is the account that is locked, not only the address
    await api.database.pool.query('TRUNCATE console_rate_limit');
    expect((await sendCode(await challenged(email), totpOf(uri))).status).toBe(429);
  });

  test('cannot be guessed from within a session either', async () => {
    const { first, uri } = await protectedPerson();
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess++) statuses.push((await sendCode(first, `1000${guess + 10}`)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    expect((await sendCode(first, totpOf(uri))).status).toBe(429);
  });

  test('remembers no device, whatever is asked for', async () => {
    const { email } = await protectedPerson();
    const waiting = await challenged(email);
    const answer = await waiting.post('/api/auth/two-factor/verify-totp', { code: '123456', trustDevice: true });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/body/trustDevice' }] } });
  });

  test('has backup codes, each for one sign-in', async () => {
    const { email, backupCodes, first, userId } = await protectedPerson();
    const use = async (code: string): Promise<number> =>
      (await (await challenged(email)).post('/api/auth/two-factor/verify-backup-code', { code })).status;
    const [code = ''] = backupCodes;
    expect([await use(code), await use(code)]).toEqual([200, 401]);
    const wrong = await first.post('/api/auth/two-factor/generate-backup-codes', { password: 'not it, not it' });
    expect(wrong.status).toBe(400);
    const fresh = await first.post('/api/auth/two-factor/generate-backup-codes', { password: PASSWORD });
    expect(fresh.body['backupCodes']).toHaveLength(10);
    expect(await use(backupCodes[1] ?? '')).toBe(401);
    expect(await auditOf(userId)).toContain('console-user.backup-codes-replaced');
  });

  test('is turned off with the password only, and ends the sessions elsewhere', async () => {
    const { email, uri, first, userId } = await protectedPerson();
    const elsewhere = await challenged(email);
    await sendCode(elsewhere, totpOf(uri));
    expect((await first.post('/api/auth/two-factor/disable', {})).status).toBe(400);
    expect((await first.post('/api/auth/two-factor/disable', { password: 'not it, not it' })).status).toBe(400);
    expect(await twoFactorOf(first)).toBe(true);
    expect((await first.post('/api/auth/two-factor/disable', { password: PASSWORD })).status).toBe(200);
    expect(await twoFactorOf(first)).toBe(false);
    expect((await elsewhere.get('/api/v1/me')).status).toBe(401);
    expect((await browser().signIn(email, PASSWORD)).body).not.toHaveProperty('twoFactorRedirect');
    expect(await auditOf(userId)).toContain('console-user.two-factor-turned-off');
  });

  test('the password that confirms something is not guessed', async () => {
    const { first } = await protectedPerson();
    const paths = ['disable', 'generate-backup-codes'];
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++) {
      const path = `/api/auth/two-factor/${paths[guess % 2]}`;
      statuses.push((await first.post(path, { password: `guess number ${guess}` })).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(400), 429, 429]);
  });

  test('is asked for after a set-up link has given a new password', async () => {
    const { userId, email, uri } = await protectedPerson();
    const token = await insertSetupLink(api, { userId });
    const from = browser();
    const done = await from.post('/api/v1/setup/completions', { token, password: 'another horse, another battery' });
    expect(done.status).toBe(201);
    expect((await from.get('/api/v1/me')).status).toBe(401);
    expect((await sendCode(from, totpOf(uri))).status).toBe(200);
    expect((await from.get('/api/v1/me')).body).toMatchObject({ user: { email } });
  });

  test('what was begun before a set-up link gave a new password comes to nothing', async () => {
    const { userId, email, uri } = await protectedPerson();
    const [used, other] = [await insertSetupLink(api, { userId }), await insertSetupLink(api, { userId })];
    const stranger = browser();
    expect((await stranger.signIn(email, PASSWORD)).body).toMatchObject({ twoFactorRedirect: true });
    await browser().post('/api/auth/request-password-reset', { email });
    const complete = (token: string) =>
      browser().post('/api/v1/setup/completions', { token, password: 'another horse, another battery' });
    expect((await complete(used)).status).toBe(201);
    expect((await sendCode(stranger, totpOf(uri))).status).toBe(401);
    expect((await complete(other)).status).toBe(410);
    const { prisma } = api.database;
    // of the reset; the sign-in that the link itself began waits for its code
    expect(await prisma.consoleVerification.count({ where: { value: userId } })).toBe(1);
  });

  test('of links for one user that are used at once one works', async () => {
    const { userId } = await protectedPerson();
    const links = await Promise.all([1, 2, 3, 4].map(() => insertSetupLink(api, { userId })));
    const body = { password: 'another horse, another battery' };
    const answers = await Promise.all(
      links.map((token) => browser().post('/api/v1/setup/completions', { token, ...body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410, 410]);
  });

  test('its secret and codes are in no row', async () => {
    const { uri, backupCodes } = await protectedPerson();
    const { rows } = await api.database.pool.query<{ row: string }>('SELECT t::text AS row FROM two_factor t');
    const text = rows.map(({ row }) => row).join('\n');
    const secret = new URL(uri).searchParams.get('secret') ?? 'none';
    for (const hidden of [secret, Buffer.from(secret).toString(), ...backupCodes]) expect(text).not.toContain(hidden);
  });
});
