import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

async function versionOf(id: OperationId, { params = {} }: Call): Promise<number> {
  if (id === 'updateMember') {
    const { data } = await api.ok('listMembers', { params: { organizationId: world.organizationId } });
    return data.find((member) => member.id === params['memberId'])?.version ?? 0;
  }
  return ((await api.ok(id.replace('update', 'read') as OperationId, { params })) as { version: number }).version;
}

describe.each(conditional)('%s', (id) => {
  const callOf = (): Call => sampleCalls(world, operator)[id];

  test('needs the version that was read', async () => {
    const { ifMatch, ...without } = callOf();
    expect(ifMatch).toBeDefined();
    await api.refused(id, 428, without);
    await api.refused(id, 412, { ...without, ifMatch: 99 });
    await api.refused(id, 400, { ...without, ifMatch: 'W/"1"' });
  });

  test('of many changes to one version at once, one wins', async () => {
    const before = await versionOf(id, callOf());
    const call: Call = { ...callOf(), ifMatch: before };
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.call(id, call)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(412)]);
    expect(await versionOf(id, call)).toBe(before + 1);
    const resourceId = Object.values(call.params ?? {})[0] ?? 'installation';
    const log = await api.ok('listAuditLog', { query: { resourceId } });
    expect(log.data.filter(({ action }) => action.endsWith('.updated'))).toHaveLength(1);
  });
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
