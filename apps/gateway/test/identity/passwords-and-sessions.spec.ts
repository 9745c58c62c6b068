import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ConsoleSession } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from '../admin/admin-api.js';
import { createPerson, PASSWORD } from '../admin/console-person.js';
import { Browser } from '../browser.js';

const NEW_PASSWORD = 'another horse, another battery';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  api.log.length = 0;
  await api.database.pool.query('TRUNCATE console_rate_limit');
});

const browser = (): Browser => new Browser({ origin: api.url });

async function person(): Promise<{ userId: string; email: string; here: Browser }> {
  const { userId, email } = await createPerson(api, { operator: true });
  // what the helper has begun is not under test
  await api.database.prisma.consoleSession.deleteMany({ where: { userId } });
  const here = browser();
  await here.signIn(email, PASSWORD);
  return { userId, email, here };
}

async function signedIn(email: string): Promise<Browser> {
  const found = browser();
  expect((await found.signIn(email, PASSWORD)).status).toBe(200);
  return found;
}

const actionsOn = async (resourceId: string): Promise<string[]> =>
  (await api.ok('listAuditLog', { query: { resourceId } })).data.map(({ action }) => action);

describe('a password', () => {
  const change = (from: Browser, currentPassword: string, newPassword = NEW_PASSWORD) =>
    from.post('/api/auth/change-password', { currentPassword, newPassword });

  test('is changed by who knows it, and ends the sessions elsewhere', async () => {
    const { userId, email, here } = await person();
    const elsewhere = await signedIn(email);
    const before = here.cookie;
    expect((await change(here, 'not it, not it')).status).toBe(400);
    expect((await change(here, PASSWORD, 'too short')).status).toBe(400);
    const changed = await change(here, PASSWORD);
    expect(changed.status).toBe(200);
    expect(JSON.stringify(changed.body)).not.toContain('token');
    expect((await here.get('/api/v1/me')).status).toBe(200);
    for (const cookie of [before, elsewhere.cookie]) {
      expect((await browser().get('/api/v1/me', { cookie })).status).toBe(401);
    }
    expect((await browser().signIn(email, PASSWORD)).status).toBe(401);
    expect((await browser().signIn(email, NEW_PASSWORD)).status).toBe(200);
    expect(await actionsOn(userId)).toEqual(['console-user.password-changed']);
  });

  test('is not guessed by who has found a session', async () => {
    const { here } = await person();
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++) statuses.push((await change(here, `guess number ${guess}`)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(400), 429, 429]);
  });
});

describe('a forgotten password', () => {
  const ask = (email: string) => browser().post('/api/auth/request-password-reset', { email });
  const use = (token: string, newPassword = NEW_PASSWORD) =>
    browser().post('/api/auth/reset-password', { token, newPassword });

  /** Out of the mail, which goes to the log here. */
  async function mailedToken(email: string): Promise<string> {
    expect((await ask(email)).status).toBe(200);
    for (const deadline = Date.now() + 5_000; Date.now() < deadline;) {
      const [, token] = /\/reset-password#token=(\w{24})\\n/.exec(api.log.join('')) ?? [];
      if (token !== undefined) return token;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('no mail was sent');
  }

  test('is replaced by a mailed link, which works once and ends every session', async () => {
    const { userId, email, here } = await person();
    const token = await mailedToken(email.toUpperCase());
    expect((await use(token, 'too short')).status).toBe(400);
    expect((await use(token)).status).toBe(200);
    expect((await here.get('/api/v1/me')).status).toBe(401);
    expect((await use(token, PASSWORD)).status).toBe(400);
    expect((await browser().signIn(email, PASSWORD)).status).toBe(401);
    expect((await browser().signIn(email, NEW_PASSWORD)).status).toBe(200);
    expect(await actionsOn(userId)).toEqual(['console-user.password-reset']);
    const { rows } = await api.database.pool.query<{ row: string }>(
      'SELECT t::text AS row FROM console_verification t',
    );
    expect(rows.map(({ row }) => row).join()).not.toContain(token);
  });

  test('tells nothing of who has an account', async () => {
    const { email } = await person();
    const known = await ask(email);
    const unknown = await ask('nobody-at-all@example.com');
    expect(unknown).toMatchObject({ status: known.status, body: known.body });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(api.log.join('')).not.toContain('nobody-at-all');
  });

  test('of two that use a link at once one has it; a changed password ends other links', async () => {
    const { email, here } = await person();
    const token = await mailedToken(email);
    const statuses = (await Promise.all([use(token, NEW_PASSWORD), use(token, 'a third one, and long')])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 400]);
    expect((await here.get('/api/v1/me')).status).toBe(401);
    const second = await person();
    const late = await mailedToken(second.email);
    const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    expect((await second.here.post('/api/auth/change-password', body)).status).toBe(200);
    expect((await use(late)).status).toBe(400);
  });

  test('fills nobody’s mailbox, and its link is not guessed', async () => {
    const { email } = await person();
    const asked: number[] = [];
    for (let mail = 0; mail < 5; mail++) asked.push((await ask(email)).status);
    expect(asked).toEqual([200, 200, 200, 429, 429]);
    const strangers: number[] = [];
    for (let mail = 0; mail < 5; mail++) strangers.push((await ask('nobody@example.com')).status);
    expect(strangers).toEqual(asked);
    const guesses: number[] = [];
    for (let guess = 0; guess < 22; guess++) guesses.push((await use(`guess${guess}`)).status);
    expect(guesses.slice(0, 20)).toEqual(Array(20).fill(400));
    expect(guesses.slice(20)).toEqual([429, 429]);
  });
});

describe('one’s sessions', () => {
  const list = async (from: Browser): Promise<ConsoleSession[]> =>
    (await from.get('/api/v1/me/sessions')).body['data'] as ConsoleSession[];
  const revoke = (from: Browser, id: string): Promise<Response> =>
    fetch(`${api.url}/api/v1/me/sessions/${id}`, {
      method: 'DELETE',
      headers: { cookie: from.cookie, origin: api.url },
    });

  test('are listed without anything that opens them', async () => {
    const { email, here } = await person();
    const other = browser();
    await other.signIn(email, PASSWORD, { 'user-agent': 'Another Browser/1.0' });
    const sessions = await list(here);
    expect(sessions.map(({ current, userAgent }) => [current, userAgent])).toEqual([
      [false, 'Another Browser/1.0'],
      [true, expect.any(String)],
    ]);
    expect(sessions[0]?.ipAddress).toBe('127.0.0.1');
    const { rows } = await api.database.pool.query<{ token: string }>('SELECT token FROM console_session');
    const answered = JSON.stringify([sessions, (await here.get('/api/auth/get-session')).body]);
    for (const { token } of rows) expect(answered).not.toContain(token);
  });

  test('end one by one, and nobody else’s do', async () => {
    const [mine, theirs] = [await person(), await person()];
    const other = await signedIn(mine.email);
    const [session] = await list(mine.here);
    expect((await revoke(theirs.here, session?.id ?? '')).status).toBe(404);
    expect((await other.get('/api/v1/me')).status).toBe(200);
    expect((await revoke(mine.here, session?.id ?? '')).status).toBe(204);
    expect((await other.get('/api/v1/me')).status).toBe(401);
    expect((await revoke(mine.here, session?.id ?? '')).status).toBe(404);
    expect(await actionsOn(session?.id ?? '')).toEqual(['console-session.revoked']);
  });

  test('end everywhere else at once', async () => {
    const { email, here } = await person();
    const others = [await signedIn(email), await signedIn(email)];
    const stranger = await person();
    expect((await here.post('/api/v1/me/session-revocations', {})).status).toBe(204);
    for (const other of others) expect((await other.get('/api/v1/me')).status).toBe(401);
    expect((await here.get('/api/v1/me')).status).toBe(200);
    expect((await stranger.here.get('/api/v1/me')).status).toBe(200);
  });

  test('are no token’s to see', async () => {
    for (const id of ['listMySessions', 'revokeMyOtherSessions'] as const) await api.refused(id, 403);
  });

  test('begin anew with each sign-in: nobody can plant one', async () => {
    const { email, here } = await person();
    const planted = here.cookie;
    const victim = browser();
    const answer = await victim.post('/api/auth/sign-in/email', { email, password: PASSWORD }, { cookie: planted });
    expect(answer.status).toBe(200);
    expect(victim.cookie).not.toBe('');
    expect(victim.cookie).not.toBe(planted);
    expect((await list(victim)).length).toBe(2);
  });
});

test('one’s name is one’s own to change', async () => {
  const { userId, here } = await person();
  const answer = await fetch(`${api.url}/api/v1/me`, {
    method: 'PATCH',
    headers: { cookie: here.cookie, origin: api.url, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada Lovelace' }),
  });
  expect(answer.status).toBe(200);
  expect((await here.get('/api/v1/me')).body).toMatchObject({ user: { id: userId, name: 'Ada Lovelace' } });
  expect(await actionsOn(userId)).toEqual(['console-user.updated']);
});
