import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OPERATIONS, type Operation, type OperationId } from '@tollgate/wire';
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

const conditional = Object.values(OPERATIONS as Record<string, Operation>)
  .filter((operation) => operation.conditional)
  .map(({ id }) => id as OperationId);
const updates = conditional.filter((id) => id !== 'publishPriceDraft');

const kebab = (name: string): string => name.replaceAll(/(?!^)[A-Z]/gu, '-$&').toLowerCase();

async function statusesOfEight(id: OperationId, call: Call): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: 8 }, () => api.call(id, call)));
  return answers.map(({ status }) => status).sort();
}

async function versionOf(id: OperationId, { params = {} }: Call): Promise<number> {
  if (id === 'updateMember') {
    const { data } = await api.ok('listMembers', { params: { organizationId: world.organizationId } });
    return data.find((member) => member.id === params['memberId'])?.version ?? 0;
  }
  return ((await api.ok(id.replace('update', 'read') as OperationId, { params })) as { version: number }).version;
}

test.each(conditional)('%s needs the version that was read', async (id) => {
  const { ifMatch, ...without } = sampleCalls(world, operator)[id];
  expect(ifMatch).toBeDefined();
  await api.refused(id, 428, without);
  await api.refused(id, 412, { ...without, ifMatch: 99 });
  await api.refused(id, 400, { ...without, ifMatch: 'W/"1"' });
});

test.each(updates)('%s: of many changes to one version at once, one wins', async (id) => {
  const before = await versionOf(id, sampleCalls(world, operator)[id]);
  const call: Call = { ...sampleCalls(world, operator)[id], ifMatch: before };
  expect(await statusesOfEight(id, call)).toEqual([200, ...Array<number>(7).fill(412)]);
  expect(await versionOf(id, call)).toBe(before + 1);
  const resourceId = Object.values(call.params ?? {})[0] ?? 'installation';
  const action = `${kebab(id.replace('update', ''))}.updated`;
  const log = await api.ok('listAuditLog', { query: { resourceId, action } });
  expect(log.data).toHaveLength(1);
});

test('publishPriceDraft: of many publications of one version at once, one wins', async () => {
  const { params } = sampleCalls(world, operator).publishPriceDraft;
  const { version, priceBookId } = await api.ok('readPriceDraft', { params });
  const published = async () => {
    const log = await api.ok('listAuditLog', { query: { resourceId: priceBookId, action: 'price-book.published' } });
    return log.data.length;
  };
  const before = await published();
  const statuses = await statusesOfEight('publishPriceDraft', { params, body: {}, ifMatch: version });
  // to the others the draft is one that can no longer be published
  expect(statuses).toEqual([201, ...Array<number>(7).fill(409)]);
  expect(await published()).toBe(before + 1);
});

test('rotations and revocations of one key at once come one after the other', async () => {
  const key = await api.ok('createApiKey', {
    params: { projectId: world.projectId },
    body: { name: 'Busy', modelAllowlist: ['*'] },
  });
  const params = { apiKeyId: key.id };
  const rotations = Array.from({ length: 4 }, () => api.call('rotateApiKey', { params, body: {} }));
  const statuses = (await Promise.all(rotations)).map(({ status }) => status);
  expect(statuses).toEqual([201, 201, 201, 201]);
  const rotated = await api.ok('readApiKey', { params });
  expect(rotated.secrets).toHaveLength(5);
  expect(rotated.secrets.filter(({ expiresAt }) => expiresAt === null)).toHaveLength(1);
  await Promise.all([1, 2, 3].map(() => api.ok('revokeApiKey', { params })));
  const log = await api.ok('listAuditLog', { query: { resourceId: key.id, action: 'api-key.revoked' } });
  expect(log.data).toHaveLength(1);
});
