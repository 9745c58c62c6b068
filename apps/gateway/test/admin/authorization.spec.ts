import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { API_KEY_PREFIX, issueSecret, MANAGEMENT_TOKEN_PREFIX } from '@tollgate/domain';
import { OPERATIONS, PERMISSIONS, type Operation, type OperationId, type Problem } from '@tollgate/wire';
import { startAdminApi, type AdminApi, type Call } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  type OperatorWorld,
  type OrganizationWorld,
} from './admin-world.js';
import { sampleCalls } from './sample-calls.js';

let api: AdminApi;
let operator: OperatorWorld;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  operator = await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
});
afterAll(() => api.close());

const operations: readonly Operation[] = Object.values(OPERATIONS);

describe('without a valid management token', () => {
  const read = (authorization?: string): Promise<{ status: number; headers: Headers; body: unknown }> =>
    api.send('GET', '/api/v1/organizations', authorization === undefined ? {} : { headers: { authorization } });

  test('none', async () => {
    const { status, headers, body } = await read();
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('Bearer');
    expect((body as Problem).detail).toContain('tgm_');
  });

  test('an API key for inference is refused with the reason', async () => {
    const { secret } = await api.ok('createApiKey', {
      params: { projectId: world.projectId },
      body: { name: 'Inference', modelAllowlist: ['*'] },
    });
    const { status, body } = await read(`Bearer ${secret}`);
    expect(status).toBe(401);
    expect((body as Problem).detail).toContain('API key for inference');
    const unknown = await read(`Bearer ${issueSecret(API_KEY_PREFIX).secret}`);
    expect((unknown.body as Problem).detail).toBe((body as Problem).detail);
  });

  test.each(['Bearer', 'Bearer ', 'Basic abc', 'Bearer tgm_short', 'Bearer \u00e4', 'tgm_', 'Bearer a b'])(
    '%j',
    async (header) => {
      expect((await read(header)).status).toBe(401);
    },
  );

  test('unknown, mistyped, expired and revoked tokens', async () => {
    expect((await read(`Bearer ${issueSecret(MANAGEMENT_TOKEN_PREFIX).secret}`)).status).toBe(401);
    const mistyped = api.operatorToken.slice(0, -1) + (api.operatorToken.endsWith('x') ? 'y' : 'x');
    expect((await read(`Bearer ${mistyped}`)).status).toBe(401);
    const expired = await read(`Bearer ${await api.issueToken(null, { expiresAt: new Date(Date.now() - 1) })}`);
    expect((expired.body as Problem).detail).toContain('expired');
    const revoked = await read(`Bearer ${await api.issueToken(null, { revokedAt: new Date() })}`);
    expect(revoked.status).toBe(401);
  });

  test('a revoked token is refused from the next request on', async () => {
    const { id, secret } = await api.ok('createManagementToken', { body: { name: 'Short', scopes: ['*'] } });
    await api.ok('listOrganizations', { token: secret });
    await api.ok('revokeManagementToken', { params: { managementTokenId: id } });
    await api.refused('listOrganizations', 401, { token: secret });
  });
});

describe('scopes', () => {
  const allBut = ({ permission, ownPermission }: Operation): string[] =>
    Object.keys(PERMISSIONS).filter((name) => name !== permission && name !== ownPermission);

  // what only a person may do no token can be given: see roles.spec.ts
  const guarded = operations.filter(({ permission, personal }) => permission !== null && !personal);

  test('only these need none', () => {
    const without = operations.filter(({ permission }) => permission === null);
    const kind = ({ open, personal }: Operation): string => (open ? 'open' : personal ? 'personal' : 'anybody');
    expect(without.map((operation) => `${operation.id}: ${kind(operation)}`)).toEqual([
      'checkInvitation: open',
      'acceptInvitation: open',
      'readMe: anybody',
      'updateMe: personal',
      'listMySessions: personal',
      'revokeMySession: personal',
      'revokeMyOtherSessions: personal',
      'checkSetupLink: open',
      'completeSetup: open',
      'readEntrance: open',
      'startSignUp: open',
      'checkSignUp: open',
      'completeSignUp: open',
    ]);
  });

  test.each(guarded.map(({ id }) => id as OperationId))('%s needs its permission, and no other', async (id) => {
    const operation: Operation = OPERATIONS[id];
    const { permission } = operation;
    if (permission === null) throw new Error('every operation has a permission');
    const call: Call = sampleCalls(world, operator)[id];
    const lacking = await api.issueToken(null, { scopes: allBut(operation) });
    const refusal = await api.refused(id, 403, { ...call, token: lacking });
    expect(refusal.detail).toContain(permission);
    const holding = await api.issueToken(null, { scopes: [permission] });
    const { status } = await api.call(id, { ...readOnly(call, id), token: holding });
    expect(status).not.toBe(403);
  });

  /** Writes are sent with a body that is refused, so that the walk changes nothing. */
  function readOnly(call: Call, id: OperationId): Call {
    const operation: Operation = OPERATIONS[id];
    return operation.method === 'GET' ? { ...call, body: undefined } : { ...call, body: { nonsense: true } };
  }

  test('scopes that this version does not know grant nothing', async () => {
    const token = await api.issueToken(null, { scopes: ['organizations.*', 'everything'] });
    await api.refused('listOrganizations', 403, { token });
  });
});

describe('a token gives no more than it has', () => {
  test('scopes', async () => {
    const scopes = ['management-tokens.write', 'usage.read'];
    const token = await api.issueToken(world.organizationId, { scopes });
    const body = { name: 'More', scopes: ['usage.read', 'api-keys.write', '*'] };
    const refusal = await api.refused('createManagementToken', 403, { token, body });
    expect(refusal.errors.map(({ pointer }) => pointer)).toEqual(['/body/scopes/1', '/body/scopes/2']);
    const made = await api.ok('createManagementToken', { token, body: { name: 'Same', scopes: ['usage.read'] } });
    expect(made).toMatchObject({ organizationId: world.organizationId, scopes: ['usage.read'] });
  });

  test('time', async () => {
    const token = await api.issueToken(null, { expiresAt: new Date(Date.now() + 60_000) });
    const forever = { name: 'Forever', scopes: ['usage.read'] };
    const refusal = await api.refused('createManagementToken', 403, { token, body: forever });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/expiresAt' }]);
    const expiresAt = new Date(Date.now() + 30_000).toISOString();
    await api.ok('createManagementToken', { token, body: { ...forever, expiresAt } });
  });

  test('its organization', async () => {
    const body = { name: 'Operator', scopes: ['usage.read'], organizationId: null };
    const made = await api.ok('createManagementToken', { token: world.token, body });
    expect(made.organizationId).toBe(world.organizationId);
  });
});
