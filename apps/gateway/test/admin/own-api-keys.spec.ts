import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tollgate/domain';
import { startAdminApi, type AdminApi, type Call } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  ingest,
  newUsageEvent,
  type OrganizationWorld,
} from './admin-world.js';
import { createPerson, type ConsolePerson } from './console-person.js';

let api: AdminApi;
let world: OrganizationWorld;
let other: OrganizationWorld;
let ada: ConsolePerson;
let bob: ConsolePerson;

const DRAFT = { name: 'Mine', modelAllowlist: ['*'] };

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
  other = await createOrganizationWorld(api, 'other');
  const memberships = [{ organizationId: world.organizationId, role: 'developer' } as const];
  ada = await createPerson(api, { name: 'Ada', memberships });
  bob = await createPerson(api, { name: 'Bob', memberships });
}, 60_000);
afterAll(() => api.close());

const createKey = (by: Call['credentials'], ownerId?: string | null) =>
  api.ok('createApiKey', {
    ...(by === undefined ? { token: world.token } : { credentials: by }),
    params: { projectId: world.projectId },
    body: { ...DRAFT, ...(ownerId === undefined ? {} : { ownerId }) },
  });

describe('a developer', () => {
  test.each([
    ['nobody', () => null],
    ['somebody else', () => bob.userId],
    ['somebody whom there is not', () => newId('consoleUser')],
  ])('owns what they create, when the owner is said to be %s', async (_name, ownerId) => {
    const key = await createKey(ada.credentials, ownerId());
    expect(key).toMatchObject({ ownerId: ada.userId, ownerName: 'Ada', lastUsedAt: null });
  });

  test('changes, rotates and revokes that', async () => {
    const { credentials } = ada;
    const { id: apiKeyId, version } = await createKey(credentials);
    const params = { apiKeyId };
    const body = { name: 'Still mine', ownerId: ada.userId };
    expect(await api.ok('updateApiKey', { credentials, params, ifMatch: version, body })).toMatchObject({
      name: 'Still mine',
      ownerId: ada.userId,
    });
    expect((await api.ok('rotateApiKey', { credentials, params, body: {} })).secrets).toHaveLength(2);
    expect((await api.ok('revokeApiKey', { credentials, params })).revokedAt).not.toBeNull();
  });

  test.each([
    ['somebody else’s', () => createKey(bob.credentials)],
    ['nobody’s', () => createKey(undefined)],
  ])('sees, and leaves alone, a key that is %s', async (_name, create) => {
    const { credentials } = ada;
    const { id: apiKeyId } = await create();
    const params = { apiKeyId };
    const before = await api.ok('readApiKey', { credentials, params });
    const refusals = [
      await api.refused('updateApiKey', 403, { credentials, params, ifMatch: 1, body: { ownerId: ada.userId } }),
      await api.refused('rotateApiKey', 403, { credentials, params, body: {} }),
      await api.refused('revokeApiKey', 403, { credentials, params }),
    ];
    for (const { detail } of refusals) expect(detail).toContain('not yours');
    expect(await api.ok('readApiKey', { credentials, params })).toEqual(before);
  });

  test('gives none away, and takes none', async () => {
    const { credentials } = ada;
    const { id: apiKeyId } = await createKey(credentials);
    for (const ownerId of [bob.userId, null]) {
      const call = { credentials, params: { apiKeyId }, ifMatch: 1, body: { ownerId } };
      await api.refused('updateApiKey', 403, call);
    }
  });

  test('does not reach another organization', async () => {
    const { credentials } = ada;
    await api.refused('createApiKey', 404, { credentials, params: { projectId: other.projectId }, body: DRAFT });
    for (const id of ['rotateApiKey', 'revokeApiKey'] as const) {
      const body = id === 'rotateApiKey' ? { body: {} } : {};
      await api.refused(id, 404, { credentials, params: { apiKeyId: other.apiKeyId }, ...body });
    }
  });

  test('has a playground of their own', async () => {
    const params = { projectId: world.projectId };
    const [first, second] = [
      await api.ok('openPlayground', { credentials: ada.credentials, params, body: {} }),
      await api.ok('openPlayground', { credentials: bob.credentials, params, body: {} }),
    ];
    expect(first.apiKeyId).not.toBe(second.apiKeyId);
    const key = await api.ok('readApiKey', { params: { apiKeyId: first.apiKeyId } });
    expect(key).toMatchObject({ ownerId: ada.userId, ownerName: 'Ada', tags: ['playground'] });
  });
});

test('so does a token with the same scope', async () => {
  const scopes = ['own-api-keys.write', 'api-keys.read'];
  const token = await api.issueToken(world.organizationId, { scopes });
  const { managementToken } = await api.ok('readMe', { token });
  const key = await api.ok('createApiKey', { token, params: { projectId: world.projectId }, body: DRAFT });
  expect(key).toMatchObject({ ownerId: managementToken?.id, ownerName: 'Test' });
  await api.ok('revokeApiKey', { token, params: { apiKeyId: key.id } });
  await api.refused('revokeApiKey', 403, { token, params: { apiKeyId: world.apiKeyId } });
});

describe('who may write all keys', () => {
  test('gives them to members, and to nobody else', async () => {
    expect(await createKey(undefined, bob.userId)).toMatchObject({ ownerId: bob.userId, ownerName: 'Bob' });
    const key = await createKey(undefined);
    for (const ownerId of [other.userId, newId('consoleUser')]) {
      const params = { projectId: world.projectId };
      const creation = await api.refused('createApiKey', 400, { params, body: { ...DRAFT, ownerId } });
      expect(creation.errors).toMatchObject([{ pointer: '/body/ownerId', code: 'not_a_member' }]);
      const change = { params: { apiKeyId: key.id }, ifMatch: key.version, body: { ownerId } };
      const refusal = await api.refused('updateApiKey', 400, change);
      expect(refusal.errors).toEqual(creation.errors);
    }
  });

  test('changes a key whose owner has left', async () => {
    const carl = await createPerson(api, {
      name: 'Carl',
      memberships: [{ organizationId: world.organizationId, role: 'developer' }],
    });
    const key = await createKey(carl.credentials);
    const { prisma } = api.database;
    const member = await prisma.member.findFirstOrThrow({ where: { userId: carl.userId } });
    await api.ok('removeMember', { params: { memberId: member.id } });
    const body = { name: 'Left behind', ownerId: carl.userId };
    const changed = await api.ok('updateApiKey', { params: { apiKeyId: key.id }, ifMatch: key.version, body });
    expect(changed).toMatchObject({ name: 'Left behind', ownerName: 'Carl' });
    await prisma.consoleUser.delete({ where: { id: carl.userId } });
    const left = await api.ok('readApiKey', { params: { apiKeyId: key.id } });
    expect(left).toMatchObject({ ownerId: carl.userId, ownerName: null });
  });

  test('lists those of one owner', async () => {
    const query = { ownerId: bob.userId, limit: '200' };
    const { data } = await api.ok('listApiKeys', { params: { projectId: world.projectId }, query });
    expect(new Set(data.map(({ ownerId }) => ownerId))).toEqual(new Set([bob.userId]));
    const params = { organizationId: world.organizationId };
    expect((await api.ok('listOrganizationApiKeys', { params, query })).data).toHaveLength(data.length);
  });
});

test('a key was last used when its newest booked request occurred', async () => {
  const { id: apiKeyId } = await createKey(undefined);
  const { organizationId, projectId, deploymentId } = world;
  const owner = { organizationId, projectId, apiKeyId, deploymentId };
  const newest = Date.now() - 60_000;
  for (const occurredAt of [newest - 86_400_000, newest, newest - 5_000]) {
    await ingest(api, [newUsageEvent(owner, { occurredAt })]);
  }
  const lastUsedAt = new Date(newest).toISOString();
  expect(await api.ok('readApiKey', { params: { apiKeyId } })).toMatchObject({ lastUsedAt });
  const { data } = await api.ok('listApiKeys', { params: { projectId }, query: { limit: '200' } });
  expect(data.find(({ id }) => id === apiKeyId)).toMatchObject({ lastUsedAt });
});
