import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSecret } from '@tollgate/database';
import { hashSecret } from '@tollgate/domain';
import { OPERATIONS, type Operation, type OperationId } from '@tollgate/wire';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startAdminApi, type AdminApi, type Call } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  type OperatorWorld,
  type OrganizationWorld,
} from './admin-world.js';
import { sampleCalls } from './sample-calls.js';

const CANARY = 'canary-8f14e45fceea167a5a36dedd4bea2543';
const SECOND_CANARY = 'canary-c9f0f895fb98ab9159f51fd0297e236d';

let api: AdminApi;
let operator: OperatorWorld;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  operator = await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
});
afterAll(() => api.close());

/** Every value of every row of every table, as text. */
async function wholeDatabase(): Promise<string> {
  const { pool } = api.database;
  const tables = await pool.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const contents = await Promise.all(
    tables.rows.map(
      async ({ name }) => (await pool.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`)).rows,
    ),
  );
  return JSON.stringify(contents);
}

describe('a secret that its provider’s reader does not understand', () => {
  const HUSH = 'hush1234567890hush1234567890';
  test.each([
    ['aws-bedrock', `{"accessKeyId":"${HUSH}"`],
    ['aws-bedrock', JSON.stringify({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretKey: HUSH })],
    ['google-vertex', JSON.stringify({ type: 'authorized_user', refresh_token: HUSH })],
    ['google-vertex', JSON.stringify({ client_email: 'a@b', private_key: HUSH })],
    ['azure-openai', JSON.stringify({ clientId: HUSH, clientSecret: HUSH })],
    ['openai', `${HUSH} ${HUSH}`],
  ])('is refused when a credential of %s is made or changed', async (provider, secret) => {
    const baseUrl = 'https://9.9.9.9/v1';
    const body = { provider, name: 'Unreadable', baseUrl, secret };
    const refusal = await api.refused('createProviderCredential', 400, { body });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/secret', code: 'invalid_secret' }]);
    expect(JSON.stringify(refusal)).not.toContain(HUSH);
    const { id } = await api.ok('createProviderCredential', { body: { ...body, secret: 'plain-key' } });
    const change = { params: { providerCredentialId: id }, ifMatch: 1, body: { secret } };
    expect((await api.refused('updateProviderCredential', 400, change)).errors).toMatchObject([
      { pointer: '/body/secret', code: 'invalid_secret' },
    ]);
    await api.ok('updateProviderCredential', { ...change, body: { name: 'Renamed' } });
  });

  test('a key file is taken as it is, line breaks and all; a tenant’s only with Google’s own tokens', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const file = { type: 'service_account', client_email: 'a@p.iam', private_key: privateKey };
    const pasted = (more: object): string => `\n${JSON.stringify({ ...file, ...more }, null, 2)}\r\n`;
    const body = { provider: 'google-vertex', name: 'Key file', baseUrl: 'https://9.9.9.9/v1', secret: pasted({}) };
    const { id } = await api.ok('createProviderCredential', { token: world.token, body });
    const row = await api.database.prisma.providerCredential.findUniqueOrThrow({ where: { id } });
    const kept = openSecret(api.masterKey, row.ciphertext as Uint8Array, id);
    expect(JSON.parse(kept)).toEqual(file);
    expect(kept).not.toContain('\n');
    const elsewhere = { ...body, secret: pasted({ token_uri: 'https://tokens.example/mint' }) };
    const refusal = await api.refused('createProviderCredential', 400, { token: world.token, body: elsewhere });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/secret', code: 'invalid_secret' }]);
    await api.ok('createProviderCredential', { body: elsewhere });
  });
});

test('no secret stands in an answer, a log line, a row or an audit entry', async () => {
  const made = await api.ok('createProviderCredential', {
    body: { provider: 'openai', name: 'Canary', secret: CANARY, baseUrl: 'https://9.9.9.9/v1' },
  });
  const params = { providerCredentialId: made.id };
  await api.ok('updateProviderCredential', { params, ifMatch: 1, body: { secret: SECOND_CANARY } });
  await api.refused('createProviderCredential', 400, { body: { provider: 'nobody', name: 'x', secret: CANARY } });
  await api.refused('createProviderCredential', 400, {
    body: { provider: 'openai', secret: `${CANARY}\n`, name: 'x' },
  });
  const unparsable = await api.send('POST', '/api/v1/provider-credentials', {
    headers: { authorization: `Bearer ${api.operatorToken}`, 'content-type': 'application/json' },
    body: `{"secret": "${CANARY}"`,
  });
  expect(unparsable.status).toBe(400);
  for (const operation of Object.values(OPERATIONS as Record<string, Operation>)) {
    const id = operation.id as OperationId;
    const call: Call = sampleCalls(world, operator)[id];
    if (operation.method === 'GET' && !operation.personal) await api.ok(id, call);
  }
  const key = await api.ok('createApiKey', {
    params: { projectId: world.projectId },
    body: { name: 'Shown once', modelAllowlist: ['*'] },
  });
  const token = await api.ok('createManagementToken', { body: { name: 'Shown once', scopes: ['*'] } });
  const hook = { name: 'Canary', url: `https://9.9.9.9/services/${CANARY}` };
  await api.ok('createAlertChannel', { body: { ...hook, kind: 'slack' } });
  const { signingSecret } = await api.ok('createAlertChannel', {
    body: { name: 'Signed', kind: 'webhook', url: 'https://9.9.9.9/hook' },
  });
  await api.ok('listAlertChannels');
  expect(api.answers.filter((answer) => answer.includes(signingSecret ?? ''))).toHaveLength(1);
  for (const secret of [key.secret, token.secret]) {
    expect(api.answers.filter((answer) => answer.includes(secret))).toHaveLength(1);
  }
  await api.ok('listApiKeys', { params: { projectId: world.projectId } });
  await api.ok('listManagementTokens');
  await api.ok('listAuditLog');
  const rows = await wholeDatabase();
  const everything = [...api.answers, ...api.log, rows].join('\n');
  expect([...api.log, rows].join('\n')).not.toContain(signingSecret);
  for (const secret of [CANARY, SECOND_CANARY]) expect(everything).not.toContain(secret);
  for (const secret of [key.secret, token.secret]) {
    expect(rows).not.toContain(secret);
    expect(rows).toContain(hashSecret(secret));
    expect(api.answers.join('\n')).not.toContain(hashSecret(secret));
  }
  const stored = await api.database.prisma.providerCredential.findUniqueOrThrow({ where: { id: made.id } });
  expect(openSecret(api.masterKey, stored.ciphertext ?? Buffer.of(), made.id)).toBe(SECOND_CANARY);
});

describe('the audit log', () => {
  test('tells who changed what, from where, with both values', async () => {
    const params = { projectId: world.projectId };
    const before = await api.ok('readProject', { params });
    await api.ok('updateProject', {
      params,
      ifMatch: before.version,
      token: world.token,
      body: { name: 'Shop', monthlyBudget: { amount: '5', currency: 'USD' } },
    });
    const log = await api.ok('listAuditLog', { query: { resourceId: world.projectId, action: 'project.updated' } });
    expect(log.data).toHaveLength(1);
    expect(log.data[0]).toMatchObject({
      organizationId: world.organizationId,
      remoteAddress: '127.0.0.1',
      changes: {
        name: { before: 'Web', after: 'Shop' },
        monthlyBudget: {
          before: { amount: '100.000000000000', currency: 'USD' },
          after: { amount: '5.000000000000', currency: 'USD' },
        },
      },
    });
    expect(Object.keys(log.data[0]?.changes ?? {})).toHaveLength(2);
    expect(log.data[0]?.actor).toMatch(/^mtok_/);
    expect(log.data[0]?.requestId).toMatch(/^req_/);
  });

  /**
   * Of operations that make several things at once or nothing, only ask for a mail or end a computation, or verify what has
   * been verified.
   */
  const ENTRIES: Partial<Record<OperationId, number>> = {
    acceptInvitation: 2,
    simulateRoute: 0,
    applyConfiguration: 0,
    completeSignUp: 5,
    startSignUp: 0,
    cancelPricePreview: 0,
    verifySsoDomain: 0,
    resolveReviewItems: 0,
  };

  test('has one entry for each change that happened, and none for those that did not', async () => {
    const count = (): Promise<number> => api.database.prisma.auditLogEntry.count();
    const writes = Object.values(OPERATIONS as Record<string, Operation>)
      .filter(({ method, id, personal }) => method !== 'GET' && id !== 'testConnection' && !personal)
      .filter(({ id }) => !['checkSetupLink', 'checkInvitation', 'checkSignUp'].includes(id))
      .sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));
    const fresh = await createOrganizationWorld(api, 'audited');
    for (const operation of writes) {
      const id = operation.id as OperationId;
      const call: Call = sampleCalls(fresh, operator)[id];
      const before = await count();
      if (operation.body !== null) await api.refused(id, 400, { ...call, body: { nonsense: 1 } });
      expect(await count()).toBe(before);
      await api.ok(id, call);
      expect({ id, entries: (await count()) - before }).toEqual({ id, entries: ENTRIES[id] ?? 1 });
    }
  });

  test('is not written when the change fails', async () => {
    const before = await api.database.prisma.auditLogEntry.count();
    await api.refused('createProject', 409, {
      params: { organizationId: world.organizationId },
      body: { name: 'Shop' },
    });
    expect(await api.database.prisma.auditLogEntry.count()).toBe(before);
  });
});

describe('provider credentials', () => {
  let upstream: Server;
  const seen: (string | undefined)[] = [];
  let answer = { status: 200, body: JSON.stringify({ object: 'list', data: [{ id: 'm1' }, { id: 'm2' }] }) };
  const baseUrl = (): string => `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    upstream.close();
  });

  async function testWith(given: typeof answer) {
    answer = given;
    const { id } = await api.ok('createProviderCredential', {
      body: { provider: 'openai-compatible', name: 'Engine', baseUrl: baseUrl(), secret: CANARY },
    });
    return api.ok('testConnection', { params: { providerCredentialId: id } });
  }

  test('the connection test asks the provider with the secret, and tells what came of it', async () => {
    const models = JSON.stringify({ object: 'list', data: [{ id: 'm1' }, { id: 'm2' }] });
    expect(await testWith({ status: 200, body: models })).toMatchObject({ ok: true, reason: 'reached', models: 2 });
    expect(seen.at(-1)).toBe(`Bearer ${CANARY}`);
    const rejected = await testWith({ status: 401, body: `{"error":{"message":"bad key ${CANARY}"}}` });
    expect(rejected).toMatchObject({ ok: false, reason: 'secret-rejected', status: 401 });
    expect(JSON.stringify(rejected)).not.toContain(CANARY);
    expect(await testWith({ status: 200, body: '<html>' })).toMatchObject({ ok: false, reason: 'unexpected-answer' });
    const { id } = await api.ok('createProviderCredential', {
      body: { provider: 'openai-compatible', name: 'Nobody', baseUrl: 'http://127.0.0.1:9' },
    });
    const nobody = await api.ok('testConnection', { params: { providerCredentialId: id } });
    expect(nobody).toMatchObject({ ok: false, reason: 'unreachable', status: null });
  });

  test('a secret that was sealed with another master key is told apart', async () => {
    const { id } = await api.ok('createProviderCredential', {
      body: { provider: 'openai-compatible', name: 'Rotated', baseUrl: baseUrl(), secret: 'x' },
    });
    await api.database.prisma.providerCredential.update({ where: { id }, data: { masterKeyId: 'another' } });
    const result = await api.ok('testConnection', { params: { providerCredentialId: id } });
    expect(result).toMatchObject({ ok: false, reason: 'secret-unreadable' });
  });

  test.each([
    'http://8.8.8.8/v1',
    'https://127.0.0.1/v1',
    'https://localhost/v1',
    'https://169.254.169.254/latest',
    'https://10.1.2.3',
    'https://[::1]/v1',
    'https://[::ffff:10.0.0.1]/v1',
    'https://0x7f000001/',
    'https://2130706433/',
  ])('an organization may not point to %s', async (url) => {
    const body = { provider: 'openai', name: 'x', secret: 'x', baseUrl: url };
    const refusal = await api.refused('createProviderCredential', 400, { token: world.token, body });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/baseUrl', code: 'address_refused' }]);
    const forTenant = { ...body, organizationId: world.organizationId };
    await api.refused('createProviderCredential', 400, { body: forTenant });
    await api.ok('createProviderCredential', { body });
  });

  test('a default on this machine is the operator’s too', async () => {
    await api.refused('createProviderCredential', 400, { token: world.token, body: { provider: 'ollama', name: 'x' } });
    await api.ok('createProviderCredential', { body: { provider: 'ollama', name: 'x' } });
  });

  test('a stored secret is not sent to a new address', async () => {
    const { token } = world;
    const params = { providerCredentialId: world.spareCredentialId };
    const body = { baseUrl: 'https://9.9.9.9/v1' };
    const { version } = await api.ok('readProviderCredential', { token, params });
    const refusal = await api.refused('updateProviderCredential', 400, { token, params, ifMatch: version, body });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/secret', code: 'required' }]);
    const moved = { ...body, secret: 'sk-new' };
    await api.ok('updateProviderCredential', { token, params, ifMatch: version, body: moved });
  });

  test('an address that became private after it was written is not called', async () => {
    const { id } = await api.ok('createProviderCredential', {
      token: world.token,
      body: { provider: 'openai-compatible', name: 'Moved', baseUrl: 'https://9.9.9.9' },
    });
    await api.database.prisma.providerCredential.update({ where: { id }, data: { baseUrl: baseUrl() } });
    const asked = seen.length;
    const result = await api.ok('testConnection', { token: world.token, params: { providerCredentialId: id } });
    expect(result).toMatchObject({ ok: false, reason: 'address-refused', status: null });
    expect(seen).toHaveLength(asked);
  });
});
