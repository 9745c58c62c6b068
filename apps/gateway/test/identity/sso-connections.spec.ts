import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Role, SsoConnection } from '@tollgate/wire';
import { DomainProof } from '../../src/admin/sso-connections/domain-proof.js';
import { startAdminApi, type AdminApi, type Answer } from '../admin/admin-api.js';
import { createPerson, type ConsolePerson } from '../admin/console-person.js';
import { OidcServer } from './oidc-server.js';

/** Public by its name, and nobody is asked. */
const ISSUER = 'https://idp.example.com';

let api: AdminApi;
let oidc: OidcServer;
beforeAll(async () => {
  for (const level of ['warn', 'info'] as const) jest.spyOn(console, level).mockReturnValue(undefined);
  [api, oidc] = await Promise.all([startAdminApi(), OidcServer.start()]);
});
afterAll(() => Promise.all([api.close(), oidc.stop()]));

let counter = 0;

interface World {
  readonly organizationId: string;
  readonly token: string;
  readonly domain: string;
}

async function world(): Promise<World> {
  const slug = `org-${++counter}`;
  const { id: organizationId } = await api.ok('createOrganization', { body: { name: slug, slug } });
  return { organizationId, token: await api.issueToken(organizationId), domain: `${slug}.example` };
}

const draft = ({ organizationId, domain }: World, changes: object = {}) => ({
  ...{ organizationId, name: 'Staff', issuer: ISSUER, clientId: 'tollgate', clientSecret: 'a client’s secret' },
  ...{ domains: [domain] },
  ...changes,
});

const verify = (connection: SsoConnection, domain: string, token?: string) =>
  api.call('verifySsoDomain', {
    ...(token === undefined ? {} : { token }),
    params: { ssoConnectionId: connection.id },
    body: { domain },
  });

function publish(published: boolean): void {
  jest.spyOn(api.part(DomainProof), 'isPublished').mockResolvedValue(published);
}

describe('an organization’s connection', () => {
  test('never answers its secret, and keeps it sealed', async () => {
    const own = await world();
    const { token } = own;
    const made = await api.ok('createSsoConnection', { token, body: draft(own) });
    expect(made).toMatchObject({ organizationId: own.organizationId, defaultRole: 'viewer', version: 1 });
    expect(made.domains).toMatchObject([{ domain: own.domain, verifiedAt: null, verifiedBy: null }]);
    expect(made.redirectUri).toMatch(new RegExp(`/api/auth/sso/callback/${made.id}$`));
    const params = { ssoConnectionId: made.id };
    await api.ok('readSsoConnection', { token, params });
    await api.ok('updateSsoConnection', { token, params, ifMatch: 1, body: { clientSecret: 'another one’s secret' } });
    const log = await api.ok('listAuditLog', { token, query: { resourceId: made.id } });
    expect(log.data.map(({ action }) => action)).toEqual(['sso-connection.updated', 'sso-connection.created']);
    const { rows } = await api.database.pool.query<{ row: string }>('SELECT t::text AS row FROM sso_connection t');
    const everything = [...api.answers, ...rows.map(({ row }) => row), ...api.log].join('\n');
    expect(everything).not.toContain('client’s secret');
    expect(everything).not.toContain('another one’s secret');
  });

  test.each([
    ['http://127.0.0.1:9/', 'https'],
    ['https://127.0.0.1/', 'public'],
    ['https://169.254.169.254/', 'public'],
    ['https://localhost/', 'public'],
    ['https://[::1]/', 'public'],
    ['https://8.8.8.8:1/', ''],
  ])(
    'is to a public issuer only: %s',
    async (issuer, said) => {
      const own = await world();
      const refusal = await api.refused('createSsoConnection', 400, { token: own.token, body: draft(own, { issuer }) });
      expect(refusal.errors).toMatchObject([{ pointer: '/body/issuer', code: 'issuer_refused' }]);
      expect(refusal.errors[0]?.message).toContain(said);
      expect(await api.database.prisma.ssoConnection.count({ where: { issuer } })).toBe(0);
    },
    30_000,
  );

  test('may lead into the operator’s own network when the operator says so', async () => {
    const own = await world();
    const { issuer } = oidc;
    const refusal = await api.refused('createSsoConnection', 400, { token: own.token, body: draft(own, { issuer }) });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/issuer' }]);
    const made = await api.ok('createSsoConnection', { body: draft(own, { issuer }) });
    // what the organization changes of it is asked for in the same place
    const params = { ssoConnectionId: made.id };
    await api.ok('updateSsoConnection', { token: own.token, params, ifMatch: 1, body: { clientId: 'other' } });
    const moved = { issuer: `${issuer}/other`, clientSecret: 'x' };
    await api.refused('updateSsoConnection', 400, { token: own.token, params, ifMatch: 2, body: moved });
  });

  test('an issuer that is another one, or none, is refused', async () => {
    const own = await world();
    for (const issuer of [
      `${oidc.issuer}/elsewhere`,
      'http://127.0.0.1:9',
      oidc.issuer.replace('127.0.0.1', 'localhost'),
    ]) {
      const refusal = await api.refused('createSsoConnection', 400, { body: draft(own, { issuer }) });
      expect(refusal.errors).toMatchObject([{ pointer: '/body/issuer', code: 'issuer_refused' }]);
    }
  });
});

describe('a domain', () => {
  test('is proved by its TXT record', async () => {
    const own = await world();
    const made = await api.ok('createSsoConnection', { token: own.token, body: draft(own) });
    const [claimed] = made.domains;
    expect(claimed?.record.name).toBe(`_tollgate.${own.domain}`);
    expect(claimed?.record.value).toMatch(/^tollgate-verification=[\w-]{32}$/);
    publish(false);
    expect((await verify(made, own.domain, own.token)).status).toBe(409);
    publish(true);
    const verified = (await verify(made, own.domain, own.token)).body as SsoConnection;
    expect(verified.domains).toMatchObject([{ verifiedBy: 'dns', verifiedAt: expect.any(String) }]);
    expect((await verify(made, 'other.example', own.token)).status).toBe(400);
  });

  test('belongs to one connection: of two organizations that prove it at once one has it', async () => {
    const [one, two] = [await world(), await world()];
    publish(true);
    const domain = 'contested.example';
    const claims = await Promise.all(
      [one, two].map(async (own) => {
        const made = await api.ok('createSsoConnection', { token: own.token, body: draft(own, { domains: [domain] }) });
        return { made, token: own.token };
      }),
    );
    const answers = await Promise.all(claims.map(({ made, token }) => verify(made, domain, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(JSON.stringify(lost?.body)).not.toContain(one.organizationId);
    // nor does the operator's word take it from who has it
    const late = claims[answers.findIndex(({ status }) => status === 409)];
    expect(late && (await verify(late.made, domain)).status).toBe(409);
  });

  test('that stays keeps its proof, until the issuer changes', async () => {
    const own = await world();
    const { token } = own;
    publish(true);
    const made = await api.ok('createSsoConnection', { token, body: draft(own) });
    const verified = (await verify(made, own.domain, token)).body as SsoConnection;
    const params = { ssoConnectionId: made.id };
    const more = { domains: [own.domain, `more-${own.domain}`] };
    const grown = await api.ok('updateSsoConnection', { token, params, ifMatch: verified.version, body: more });
    expect(grown.domains.map(({ verifiedAt }) => verifiedAt !== null).sort()).toEqual([false, true]);
    const moved = { issuer: oidc.issuer };
    const refusal = await api.refused('updateSsoConnection', 400, { params, ifMatch: grown.version, body: moved });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/clientSecret', code: 'required' }]);
    const body = { ...moved, clientSecret: 'anew' };
    const away = await api.ok('updateSsoConnection', { params, ifMatch: grown.version, body });
    expect(away.domains.map(({ verifiedAt }) => verifiedAt)).toEqual([null, null]);
    const values = (of: SsoConnection) => of.domains.map(({ record }) => record.value);
    for (const value of values(away)) expect(values(grown)).not.toContain(value);
  });
});

test('a secret that was sealed with another master key has to be given again, for any change of the client', async () => {
  const own = await world();
  const { token } = own;
  const { id } = await api.ok('createSsoConnection', { token, body: draft(own) });
  await api.database.prisma.ssoConnection.update({ where: { id }, data: { masterKeyId: 'the one before' } });
  const change = { token, params: { ssoConnectionId: id }, ifMatch: 1 };
  const refusal = await api.refused('updateSsoConnection', 400, { ...change, body: { clientId: 'another' } });
  expect(refusal.errors).toMatchObject([{ pointer: '/body/clientSecret', code: 'required' }]);
  await api.ok('updateSsoConnection', { ...change, body: { clientId: 'another', clientSecret: 'anew' } });
});

describe('a role', () => {
  const as = (person: ConsolePerson, own: World, body: object): Promise<Answer> =>
    api.send('POST', '/api/v1/sso-connections', {
      headers: { ...person.in(own.organizationId), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test.each<[Role, Role, number]>([
    ['admin', 'developer', 201],
    ['admin', 'admin', 201],
    ['admin', 'finance', 403],
    ['admin', 'owner', 403],
    ['owner', 'owner', 201],
    ['developer', 'viewer', 403],
  ])('that %s people give by a connection: %s answers %d', async (role, defaultRole, status) => {
    const own = await world();
    const { organizationId } = own;
    const person = await createPerson(api, { memberships: [{ organizationId, role }] });
    expect((await as(person, own, draft(own, { defaultRole }))).status).toBe(status);
  });

  test('is not given by who changes or verifies somebody else’s connection', async () => {
    const own = await world();
    const { organizationId } = own;
    const made = await api.ok('createSsoConnection', { body: draft(own, { defaultRole: 'owner' }) });
    const admin = await createPerson(api, { memberships: [{ organizationId, role: 'admin' }] });
    const headers = { ...admin.in(organizationId), 'content-type': 'application/json' };
    const path = `/api/v1/sso-connections/${made.id}`;
    const change = { headers: { ...headers, 'if-match': '"1"' }, body: JSON.stringify({ name: 'Mine' }) };
    expect((await api.send('PATCH', path, change)).status).toBe(403);
    const claim = { headers, body: JSON.stringify({ domain: own.domain }) };
    expect((await api.send('POST', `${path}/domain-verifications`, claim)).status).toBe(403);
  });
});

test('an organization’s connections are nobody else’s', async () => {
  const [own, other] = [await world(), await world()];
  const made = await api.ok('createSsoConnection', { token: own.token, body: draft(own) });
  const params = { ssoConnectionId: made.id };
  const { token } = other;
  await api.refused('readSsoConnection', 404, { token, params });
  await api.refused('updateSsoConnection', 404, { token, params, ifMatch: 1, body: { name: 'Mine' } });
  await api.refused('deleteSsoConnection', 404, { token, params });
  await api.refused('verifySsoDomain', 404, { token, params, body: { domain: own.domain } });
  await api.refused('createSsoConnection', 404, { token, body: draft(own) });
  expect((await api.ok('listSsoConnections', { token })).data).toEqual([]);
});

describe('proof by DNS', () => {
  const domain = { domain: 'acme.example', proof: 'abc' };
  const looked: string[] = [];
  const found = (records: readonly (readonly string[])[]): Promise<boolean> =>
    new DomainProof((name) => {
      looked.push(name);
      return Promise.resolve(records);
    }).isPublished(domain);

  test('is the whole record, among others, in pieces', async () => {
    expect(await found([['v=spf1 -all'], ['tollgate-verif', 'ication=abc']])).toBe(true);
    expect(await found([['tollgate-verification=abcd'], ['x tollgate-verification=abc']])).toBe(false);
    expect(await found([])).toBe(false);
    expect(new Set(looked)).toEqual(new Set(['_tollgate.acme.example']));
  });

  test('is not there when the name server is away', async () => {
    const away = new DomainProof(() => Promise.reject(new Error('ESERVFAIL')));
    expect(await away.isPublished(domain)).toBe(false);
  });
});
