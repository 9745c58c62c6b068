import { connect } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashSecret } from '@tollgate/domain';

import { Browser } from './browser.js';
import { totpOf } from './identity/totp.js';
import { RunningProduct } from './running-product.js';

const OWNER = { name: 'Ada', email: 'Ada@Example.com', password: 'correct horse battery staple' };
const EVIL = 'https://evil.example';

let product: RunningProduct;
let owner: Browser;
/** Whatever was secret for a moment: it must not turn up anywhere. */
const secrets: string[] = [OWNER.password];

beforeAll(async () => {
  product = await RunningProduct.start();
  owner = new Browser(product);
}, 90_000);
afterAll(() => product.stop());
// each test may try as often as it needs
beforeEach(() => product.pool.query('TRUNCATE console_rate_limit'));

const tokenOf = (link: string): string => link.slice(link.indexOf('#token=') + '#token='.length);

async function newLink(...options: readonly string[]): Promise<string> {
  const link = await product.command('users', 'setup-link', ...options);
  expect(link.startsWith(`${product.origin}/setup#token=tgs_`)).toBe(true);
  secrets.push(tokenOf(link));
  return tokenOf(link);
}

describe('a set-up link', () => {
  test('makes the first owner, who is then signed in, and works once', async () => {
    const token = product.setupToken;
    expect(token).not.toBe('');
    const check = await owner.post('/api/v1/setup/checks', { token });
    expect(check.body).toMatchObject({ purpose: 'new-owner', email: null });
    const weak = await owner.post('/api/v1/setup/completions', { token, ...OWNER, password: 'too short' });
    expect(weak).toMatchObject({ status: 400, body: { errors: [{ pointer: '/body/password' }] } });
    const done = await owner.post('/api/v1/setup/completions', { token, ...OWNER });
    expect(done).toMatchObject({ status: 201, body: { name: 'Ada', email: 'ada@example.com' } });
    const [cookie = ''] = done.headers.getSetCookie();
    expect(cookie).toMatch(/^console\.session_token=/);
    expect(cookie.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Lax']);
    secrets.push(decodeURIComponent(owner.cookie.split('=')[1] ?? ''));
    const me = await owner.get('/api/v1/me');
    expect(me.body).toMatchObject({
      user: { email: 'ada@example.com' },
      managementToken: null,
      operator: true,
      organizations: [{ slug: 'default', role: 'owner' }],
    });
    for (const path of ['checks', 'completions']) {
      const again = await new Browser(product).post(
        `/api/v1/setup/${path}`,
        path === 'checks' ? { token } : { token, ...OWNER },
      );
      expect(again).toMatchObject({ status: 410, body: { type: 'urn:tollgate:problem:gone' } });
    }
  });

  test('is not printed any more once there is a user', async () => {
    await product.end();
    await product.launch();
    expect(product.setupToken).toBe('');
    expect((await owner.get('/api/v1/me')).status).toBe(200);
  }, 60_000);

  test('that two use at once makes one user', async () => {
    const token = await newLink();
    const use = (name: string) =>
      new Browser(product).post('/api/v1/setup/completions', { ...OWNER, token, name, email: `${name}@example.com` });
    const statuses = (await Promise.all(['grace', 'edsger'].map(use))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 410]);
    const { rows } = await product.pool.query<{ email: string }>('SELECT email FROM console_user');
    expect(rows).toHaveLength(2);
  });

  test('for an address that is taken is a conflict, and the link still works', async () => {
    const token = await newLink();
    const taken = await new Browser(product).post('/api/v1/setup/completions', { token, ...OWNER });
    expect(taken).toMatchObject({ status: 409, body: { errors: [{ pointer: '/body/email', code: 'taken' }] } });
    expect((await new Browser(product).post('/api/v1/setup/checks', { token })).status).toBe(200);
  });

  test('replaces unused ones, and ends with its day', async () => {
    const [older, newer] = [await newLink(), await newLink()];
    expect((await owner.post('/api/v1/setup/checks', { token: older })).status).toBe(410);
    expect((await owner.post('/api/v1/setup/checks', { token: newer })).status).toBe(200);
    await product.pool.query(`UPDATE console_setup_link SET expires_at = now() WHERE token_hash = $1`, [
      hashSecret(newer),
    ]);
    expect((await owner.post('/api/v1/setup/checks', { token: newer })).status).toBe(410);
    const late = await new Browser(product).post('/api/v1/setup/completions', {
      ...OWNER,
      token: newer,
      email: 'l@e.org',
    });
    expect(late.status).toBe(410);
  });

  test('that is none at all is refused alike', async () => {
    for (const token of ['x', product.apiKey, `tgs_${'a'.repeat(38)}`]) {
      expect((await owner.post('/api/v1/setup/checks', { token })).status).toBe(410);
    }
  });

  test('gives a forgotten password a successor, and ends the sessions that the old one began', async () => {
    const elsewhere = new Browser(product);
    expect((await elsewhere.signIn('ada@example.com', OWNER.password)).status).toBe(200);
    const token = await newLink('--email', 'ADA@example.com');
    const check = await owner.post('/api/v1/setup/checks', { token });
    expect(check.body).toMatchObject({ purpose: 'new-password', email: 'ada@example.com', name: 'Ada' });
    const password = 'another horse, another battery';
    secrets.push(password);
    const renamed = await owner.post('/api/v1/setup/completions', { token, password, name: 'Eve' });
    expect(renamed).toMatchObject({ status: 400, body: { errors: [{ pointer: '/body/name' }] } });
    expect((await owner.post('/api/v1/setup/completions', { token, password })).status).toBe(201);
    expect((await elsewhere.get('/api/v1/me')).status).toBe(401);
    expect((await elsewhere.signIn('ada@example.com', OWNER.password)).status).toBe(401);
    expect((await elsewhere.signIn('ada@example.com', password)).status).toBe(200);
    expect((await owner.get('/api/v1/me')).status).toBe(200);
    OWNER.password = password;
    await expect(product.command('users', 'setup-link', '--email', 'nobody@example.com')).rejects.toThrow(
      'no console user',
    );
  });
});

test('a lost second factor is turned off by the command', async () => {
  const browser = new Browser(product);
  await browser.signIn(OWNER.email, OWNER.password);
  expect(await product.command('users', 'two-factor-off', '--email', OWNER.email)).toContain('has no second factor');
  const { body } = await browser.post('/api/auth/two-factor/enable', { password: OWNER.password });
  const uri = String(body['totpURI']);
  expect((await browser.post('/api/auth/two-factor/verify-totp', { code: totpOf(uri) })).status).toBe(200);
  const waiting = await new Browser(product).signIn(OWNER.email, OWNER.password);
  expect(waiting.body).toMatchObject({ twoFactorRedirect: true });
  expect(await product.command('users', 'two-factor-off', '--email', 'ADA@example.com')).toContain('password alone');
  expect((await browser.get('/api/v1/me')).status).toBe(401);
  expect((await new Browser(product).signIn(OWNER.email, OWNER.password)).body).toMatchObject({ user: {} });
  await owner.signIn(OWNER.email, OWNER.password);
  secrets.push(new URL(uri).searchParams.get('secret') ?? '');
}, 60_000);

describe('signing in', () => {
  test('tells nothing of who has an account', async () => {
    const wrong = await new Browser(product).signIn(OWNER.email, 'not the password at all');
    const unknown = await new Browser(product).signIn('nobody@example.com', 'not the password at all');
    expect(wrong.status).toBe(401);
    expect(unknown).toMatchObject({ status: 401, body: wrong.body });
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  test('and out again: the session is over, not only forgotten by the browser', async () => {
    const browser = new Browser(product);
    expect((await browser.get('/api/auth/get-session')).body).toBeNull();
    expect((await browser.signIn(OWNER.email, OWNER.password)).status).toBe(200);
    const kept = { cookie: browser.cookie };
    expect((await browser.get('/api/auth/get-session')).body).toMatchObject({ user: { email: 'ada@example.com' } });
    expect(await browser.post('/api/auth/sign-out', {})).toMatchObject({ status: 200 });
    expect(browser.cookie).toBe('');
    expect((await browser.get('/api/v1/me', kept)).status).toBe(401);
  });

  test('is bounded for one account, whatever a client says of its address', async () => {
    const attempts = Array.from({ length: 14 }, (_, index) =>
      new Browser(product).signIn('victim@example.com', 'guess guess guess', { 'x-forwarded-for': `10.0.0.${index}` }),
    );
    const answers = await Promise.all(attempts);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(4);
    expect(refused[0]?.body).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await new Browser(product).signIn(OWNER.email, OWNER.password)).status).toBe(200);
  });

  test('is bounded for one address, whatever headers say of it', async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 24; index++) {
      const spoofed = `203.0.113.${index}`;
      const headers = {
        'x-client-ip': spoofed,
        'x-forwarded-for': spoofed,
        'x-real-ip': spoofed,
        forwarded: `for=${spoofed}`,
      };
      statuses.push((await new Browser(product).signIn(`user${index}@example.com`, 'guess guess', headers)).status);
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
    expect(statuses.slice(20)).toEqual(Array(4).fill(429));
    expect((await new Browser(product).signIn(OWNER.email, OWNER.password)).status).toBe(429);
  });

  test('cannot be done by a page of somebody else', async () => {
    for (const from of [EVIL, 'null', `${product.origin}.evil.example`]) {
      const answer = await new Browser(product, from).signIn(OWNER.email, OWNER.password);
      expect(answer).toMatchObject({ status: 403, body: { type: 'urn:tollgate:problem:foreign-origin' } });
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await new Browser(product).post('/api/auth/sign-in/email', 'email=a&password=b', form)).status).toBe(415);
  });

  test('is all that stands at its address', async () => {
    for (const path of ['sign-up/email', 'update-user', 'change-email', 'list-sessions', 'ok', 'error', '..%2fv1']) {
      expect((await owner.post(`/api/auth/${path}`, { email: 'x@example.com', password: OWNER.password })).status).toBe(
        404,
      );
    }
    expect((await owner.post('/api/auth/sign-in/email', '{"email":')).status).toBe(400);
    expect((await owner.post('/api/auth/sign-in/email', { email: 'a'.repeat(100_000), password: '' })).status).toBe(
      413,
    );
  });

  test('takes no word for the host: a request line that names another one changes nothing', async () => {
    const answer = await rawRequest(
      `GET http://evil.example/api/auth/get-session HTTP/1.1\r\nHost: evil.example\r\nCookie: ${owner.cookie}\r\n` +
        'Connection: close\r\n\r\n',
    );
    expect(answer).toContain('HTTP/1.1 200');
    expect(answer).toContain('ada@example.com');
    expect(answer).not.toContain('evil');
    expect(
      await rawRequest('GET http://evil.example/api/auth/ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
    ).toContain('HTTP/1.1 404');
  });
});

describe('a session', () => {
  const draft = (slug: string) => ({ name: slug, slug });

  test('changes things only from the console’s own pages', async () => {
    const send = (headers: Record<string, string>) =>
      new Browser(product, null).post('/api/v1/organizations', draft('stolen'), { cookie: owner.cookie, ...headers });
    for (const headers of [
      {},
      { origin: EVIL },
      { origin: 'null' },
      { origin: product.origin.replace('http:', 'https:').replace('127.0.0.1', 'localhost') },
      { origin: product.origin, 'sec-fetch-site': 'cross-site' },
    ]) {
      expect(await send(headers)).toMatchObject({ status: 403, body: { type: 'urn:tollgate:problem:foreign-origin' } });
    }
    const signOut = await new Browser(product, EVIL).post('/api/auth/sign-out', {}, { cookie: owner.cookie });
    expect(signOut.status).toBe(403);
    const made = await send({ origin: product.origin, 'sec-fetch-site': 'same-origin' });
    expect(made.status).toBe(201);
    const log = await owner.get(`/api/v1/audit-log?resourceId=${String(made.body['id'])}`);
    expect(log.body).toMatchObject({ data: [{ action: 'organization.created', remoteAddress: '127.0.0.1' }] });
    const me = await owner.get('/api/v1/me');
    const entries = log.body['data'] as { actor: string }[];
    expect(entries[0]?.actor).toBe((me.body['user'] as { id: string }).id);
  });

  test('is no key: it never opens inference, and a key never opens the management API', async () => {
    const headers = { cookie: owner.cookie };
    expect((await owner.get('/v1/models', headers)).status).toBe(401);
    const chat = await owner.post('/v1/chat/completions', {
      model: 'sandbox/echo',
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(chat.status).toBe(401);
    const bearer = await owner.get('/api/v1/me', { authorization: `Bearer ${product.apiKey}` });
    expect(bearer.status).toBe(401);
  });

  test('is neither its bare token nor one with another signature', async () => {
    const [name = '', value = ''] = owner.cookie.split('=');
    const [token = '', signature = ''] = decodeURIComponent(value).split('.');
    for (const forged of [
      token,
      `${token}.`,
      `${token}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`,
    ]) {
      const answer = await new Browser(product).get('/api/v1/me', { cookie: `${name}=${encodeURIComponent(forged)}` });
      expect(answer.status).toBe(401);
    }
    const bearer = await new Browser(product).get('/api/v1/me', { authorization: `Bearer ${token}` });
    expect(bearer.status).toBe(401);
  });

  test('ends with its time, and loses at once what its user loses', async () => {
    const browser = new Browser(product);
    await browser.signIn(OWNER.email, OWNER.password);
    const id = ((await browser.get('/api/v1/me')).body['user'] as { id: string }).id;
    await product.pool.query('UPDATE console_user SET operator = false WHERE id = $1', [id]);
    const member = await browser.get('/api/v1/me');
    expect(member.body).toMatchObject({ operator: false, organizations: [{ role: 'owner' }] });
    expect((await browser.post('/api/v1/organizations', draft('beyond'))).status).toBe(403);
    const organizations = (await browser.get('/api/v1/organizations')).body['data'] as { slug: string }[];
    expect(organizations.map(({ slug }) => slug)).toEqual(['default']);
    await product.pool.query('UPDATE console_user SET operator = true WHERE id = $1', [id]);
    await product.pool.query(`UPDATE console_session SET expires_at = now() WHERE user_id = $1`, [id]);
    expect((await browser.get('/api/v1/me')).status).toBe(401);
    await owner.signIn(OWNER.email, OWNER.password);
  });
});

describe('behind a proxy that is trusted', () => {
  const ORIGIN = 'https://console.example';
  const from = (address: string) => ({ 'x-forwarded-for': address });
  let behind: RunningProduct;
  const signIn = (address: string, password = OWNER.password) =>
    new Browser(behind, ORIGIN).signIn(OWNER.email, password, from(address));
  const statusesOf = async (attempts: readonly ReturnType<typeof signIn>[]) =>
    (await Promise.all(attempts)).map(({ status }) => status).sort();

  beforeAll(async () => {
    behind = await RunningProduct.start({ environment: { PUBLIC_URL: ORIGIN, TRUSTED_PROXIES: '127.0.0.1' } });
  }, 90_000);
  afterAll(() => behind.stop());
  beforeEach(() => behind.pool.query('TRUNCATE console_rate_limit'));

  test('cookies are for https, and only that origin is ours', async () => {
    expect(behind.log).toContain(`${ORIGIN}/setup#token=`);
    const completion = { token: behind.setupToken, ...OWNER };
    const direct = await new Browser(behind).post('/api/v1/setup/completions', completion);
    expect(direct.status).toBe(403);
    const browser = new Browser(behind, ORIGIN);
    const done = await browser.post('/api/v1/setup/completions', completion, from('198.51.100.7'));
    expect(done.status).toBe(201);
    expect(done.headers.getSetCookie()[0]).toMatch(
      /^__Secure-console\.session_token=.*; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await browser.get('/api/v1/me')).status).toBe(200);
    const { rows } = await behind.pool.query<{ ip: string }>('SELECT ip_address AS ip FROM console_session');
    expect(rows).toEqual([{ ip: '198.51.100.7' }]);
  });

  test('a guesser locks the account at one address, and its owner signs in at another', async () => {
    const guesses = Array.from({ length: 14 }, () => signIn('203.0.113.9', 'guess guess guess'));
    expect(await statusesOf(guesses)).toEqual([...Array<number>(10).fill(401), ...Array<number>(4).fill(429)]);
    expect((await signIn('198.51.100.7')).status).toBe(200);
    const locked = await signIn('203.0.113.9');
    expect(locked).toMatchObject({ status: 429, body: { code: 'TOO_MANY_ATTEMPTS' } });
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('a /64 of IPv6 is one address', async () => {
    const guesses = Array.from({ length: 12 }, (_, index) => signIn(`2001:db8:0:1::${index + 1}`, 'guess guess guess'));
    expect(await statusesOf(guesses)).toEqual([...Array<number>(10).fill(401), 429, 429]);
    expect((await signIn('2001:db8:0:2::1')).status).toBe(200);
  });

  test('signing in clears the attempts of its own address only', async () => {
    for (const address of ['198.51.100.7', '203.0.113.9'])
      await statusesOf(Array.from({ length: 9 }, () => signIn(address, 'guess guess guess')));
    expect((await signIn('198.51.100.7')).status).toBe(200);
    expect((await signIn('198.51.100.7', 'guess guess guess')).status).toBe(401);
    expect((await signIn('198.51.100.7')).status).toBe(200);
    expect((await signIn('203.0.113.9', 'guess guess guess')).status).toBe(401);
    expect((await signIn('203.0.113.9')).status).toBe(429);
  });

  test('many addresses together are bounded too, and one that is refused does not add to them', async () => {
    await statusesOf(Array.from({ length: 20 }, () => signIn('203.0.113.1', 'guess guess guess')));
    for (let host = 2; host <= 10; host++)
      await statusesOf(Array.from({ length: 10 }, () => signIn(`203.0.113.${host}`, 'guess guess guess')));
    const { rows } = await behind.pool.query<{ count: number }>(
      `SELECT count FROM console_rate_limit WHERE key ~ '^account[|][^|]+[|]$'`,
    );
    expect(rows).toEqual([{ count: 100 }]);
    expect((await signIn('198.51.100.7')).status).toBe(429);
    const link = await behind.command('users', 'setup-link', '--email', OWNER.email);
    const completion = { token: tokenOf(link), password: OWNER.password };
    const browser = new Browser(behind, ORIGIN);
    expect((await browser.post('/api/v1/setup/completions', completion, from('203.0.113.1'))).status).toBe(201);
    expect((await signIn('198.51.100.7')).status).toBe(200);
  });
});

test('no password, link or cookie stands in the log or in a row', async () => {
  const printed = product.log.replace(/http:\/\/\S+\/setup#token=\S+/g, '');
  expect(product.setupToken).toBe('');
  const tables = await product.pool.query<{ name: string }>(
    `SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  expect(secrets.length).toBeGreaterThan(5);
  for (const { name } of tables.rows) {
    const { rows } = await product.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    const text = rows.map(({ row }) => row).join('\n');
    for (const secret of secrets) expect({ name, holds: text.includes(secret) }).toEqual({ name, holds: false });
  }
  for (const secret of secrets) expect(printed).not.toContain(secret);
  expect(printed).not.toMatch(/tgs_[0-9A-Za-z]{38}/);
});

function rawRequest(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(product.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.once('end', () => resolve(answer)).once('error', reject);
  });
}
