import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tollgate/domain';
import { AccountThrottle } from '../../src/identity/account-throttle.js';
import { AUTH_ROUTES, type AuthRoute } from '../../src/identity/auth-route-table.js';
import { SsoSignIn } from '../../src/identity/sso/sso-sign-in.js';
import { Mailer } from '@tollgate/mail';
import { startAdminApi, type AdminApi } from '../admin/admin-api.js';
import { createPerson, PASSWORD, type ConsolePerson } from '../admin/console-person.js';

const EVIL = 'https://evil.example';
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const NEW_PASSWORD = 'another horse, another battery';

let api: AdminApi;
let caller: ConsolePerson;
let victim: ConsolePerson;
/** Every endpoint of the library, as it lists them itself. */
let library: readonly { readonly method: string; readonly path: string }[];

beforeAll(async () => {
  api = await startAdminApi();
  [caller, victim] = [await createPerson(api, { name: 'Eve' }), await createPerson(api, { name: 'Victim' })];
  await giveFactors(victim);
  library = await listLibrary();
});
afterAll(() => api.close());
beforeEach(() => api.database.pool.query('TRUNCATE console_rate_limit'));

const routes: readonly AuthRoute[] = Object.values(AUTH_ROUTES);

async function listLibrary(): Promise<{ method: string; path: string }[]> {
  const { createAuth } = await import('../../src/identity/auth-library.js');
  const auth = createAuth({
    database: api.database,
    throttle: api.part(AccountThrottle),
    mailer: api.part(Mailer),
    sso: api.part(SsoSignIn),
    baseUrl: api.url,
    secret: 'x'.repeat(40),
    onMessage: () => undefined,
  });
  return Object.values(auth.api).flatMap((endpoint) => {
    const { path, options } = endpoint as { path?: string; options: { method: string | string[] } };
    // what has no path is for programs only
    return path === undefined ? [] : [options.method].flat().map((method) => ({ method, path }));
  });
}

/** Everything that somebody can have to sign in with. */
async function giveFactors({ userId }: ConsolePerson): Promise<void> {
  const { prisma } = api.database;
  await prisma.passkey.create({
    data: {
      id: newId('passkey'),
      ...{ userId, name: 'Laptop', publicKey: 'key', credentialId: 'credential', counter: 0 },
      ...{ deviceType: 'singleDevice', backedUp: false },
    },
  });
}

/** All that is kept of somebody. */
async function stateOf({ userId }: ConsolePerson): Promise<unknown> {
  const { prisma } = api.database;
  const include = { sessions: true, accounts: true, twoFactors: true, passkeys: true, members: true };
  return prisma.consoleUser.findUniqueOrThrow({ where: { id: userId }, include });
}

/** A body that would do something, on behalf of the victim wherever the route lets somebody be named. */
async function bodyOf({ fields }: AuthRoute): Promise<Record<string, unknown>> {
  const passkey = await api.database.prisma.passkey.findFirst({ where: { userId: victim.userId } });
  const values: Record<string, unknown> = {
    ...{ email: victim.email, password: 'not their password', currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
    ...{
      token: 'a'.repeat(24),
      code: '123456',
      id: passkey?.id,
      name: 'Mine',
      returnTo: '/',
      response: { id: 'credential' },
    },
  };
  return Object.fromEntries(Object.keys(fields).map((name) => [name, values[name]]));
}

interface From {
  readonly cookie?: string;
  readonly origin?: string | null;
  readonly contentType?: string;
}

async function call(route: AuthRoute, { cookie, origin = api.url, contentType = 'application/json' }: From) {
  const headers: Record<string, string> = {};
  if (cookie !== undefined) headers['cookie'] = cookie;
  if (origin !== null) headers['origin'] = origin;
  const path = `/api/auth${route.path.replace(':connectionId', newId('ssoConnection'))}`;
  if (route.method === 'GET') return api.send('GET', path, { headers, redirect: 'manual' });
  headers['content-type'] = contentType;
  return api.send('POST', path, { headers, body: JSON.stringify(await bodyOf(route)) });
}

describe('of the library', () => {
  test('exactly these routes can be reached, each of them its own', () => {
    const known = new Set(library.map(({ method, path }) => `${method} ${path}`));
    for (const { method, path } of routes) expect(known).toContain(`${method} ${path}`);
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toMatchInlineSnapshot(`
      [
        "POST /sign-in/email",
        "POST /sign-out",
        "GET /get-session",
        "POST /change-password",
        "POST /request-password-reset",
        "POST /reset-password",
        "POST /two-factor/enable",
        "POST /two-factor/verify-totp",
        "POST /two-factor/verify-backup-code",
        "POST /two-factor/generate-backup-codes",
        "POST /two-factor/disable",
        "GET /passkey/generate-register-options",
        "POST /passkey/verify-registration",
        "GET /passkey/list-user-passkeys",
        "POST /passkey/delete-passkey",
        "GET /passkey/generate-authenticate-options",
        "POST /passkey/verify-authentication",
        "POST /sign-in/sso",
        "GET /sso/callback/:connectionId",
      ]
    `);
    expect(library.length).toBeGreaterThan(40);
  });

  test('every other endpoint answers 404, whatever the method', async () => {
    const reachable = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    const headers = { ...caller.credentials, 'content-type': 'application/json' };
    const answered: string[] = [];
    for (const path of new Set([...library.map((endpoint) => endpoint.path), '/unknown', '/sign-in/email/', '/'])) {
      for (const method of METHODS) {
        if (reachable.has(`${method} ${path}`)) continue;
        const address = `/api/auth${path.replaceAll(/:\w+/g, 'x')}`;
        const body = method === 'GET' ? {} : { body: JSON.stringify({ email: victim.email, userId: victim.userId }) };
        const { status } = await api.send(method, address, { headers, ...body });
        if (status !== 404) answered.push(`${method} ${path}: ${status}`);
      }
    }
    expect(answered).toEqual([]);
  });
});

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_name, route) => {
  test('shows nobody anything of somebody else, and changes nothing of theirs', async () => {
    const before = await stateOf(victim);
    const answers = [await call(route, {}), await call(route, { cookie: caller.credentials['cookie'] ?? '' })];
    for (const { text, status } of answers) {
      expect(status).not.toBe(500);
      expect(text).not.toContain(victim.userId);
      expect(text).not.toContain('Victim');
    }
    if (route.access !== 'nobody') expect(answers[0]?.status).toBe(401);
    expect(await stateOf(victim)).toEqual(before);
    // whoever has been signed out by it comes back
    caller = await createPerson(api, { name: 'Eve' });
  });

  test('does nothing for a page of somebody else', async () => {
    const cookie = victim.credentials['cookie'] ?? '';
    const before = await stateOf(victim);
    if (route.method === 'GET') {
      // reading is nothing that such a page could see the answer of
      const { headers } = await call(route, { cookie, origin: EVIL });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    } else {
      for (const origin of [EVIL, 'null', null]) expect((await call(route, { cookie, origin })).status).toBe(403);
      for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
        expect((await call(route, { cookie, contentType })).status).toBe(415);
      }
    }
    expect(await stateOf(victim)).toEqual(before);
  });

  test('takes a broken cookie for none', async () => {
    const names = ['session_token', 'two_factor', 'better-auth-passkey', 'sso', 'dont_remember', 'trust_device'];
    for (const value of ['', '%', 'a.b', '%00.%00', `x.${'A'.repeat(44)}`, '"', 'a'.repeat(3_000)]) {
      const cookie = names.map((name) => `console.${name}=${value}`).join('; ');
      expect((await call(route, { cookie })).status).toBeLessThan(500);
    }
  });

  test('takes no field but its own', async () => {
    if (route.method === 'GET') return;
    const extra = { ...(await bodyOf(route)), callbackURL: EVIL };
    const headers = { ...caller.credentials, 'content-type': 'application/json' };
    const send = (body: string) => api.send('POST', `/api/auth${route.path}`, { headers, body });
    const refused = await send(JSON.stringify(extra));
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ errors: [{ pointer: '/body/callbackURL', code: 'unknown_field' }] });
    for (const body of ['[]', '"x"', '{', '{"__proto__":1}']) expect((await send(body)).status).toBe(400);
    for (const name of Object.keys(route.fields)) {
      // the last of them are conditions to a database, and what it cannot hold
      for (const value of [7, ['x'], 'x'.repeat(5_000), '\u0000', {}, { id: { contains: '' } }, { id: '\u0000' }]) {
        const { status, body } = await send(JSON.stringify({ [name]: value }));
        expect([status, body]).toMatchObject([
          400,
          { errors: [{ pointer: expect.stringContaining(`/body/${name}`) }] },
        ]);
      }
    }
  });
});
