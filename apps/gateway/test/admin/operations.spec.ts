import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { API_PREFIX, OPERATIONS, type Operation, type OperationId } from '@tollgate/wire';
import { startAdminApi, type AdminApi, type Answer, type Call } from './admin-api.js';
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

test('every operation of the table is a route, and every route is an operation', () => {
  const promised = operations.map(
    ({ method, path }) => `${method} ${API_PREFIX}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
  );
  const refusing = [API_PREFIX, `${API_PREFIX}/*`];
  const served = api.routes.filter(
    (route) =>
      !route.startsWith('HEAD ') &&
      !route.includes(' /api/auth/') &&
      !refusing.some((path) => route.endsWith(` ${path}`)),
  );
  expect(new Set(served)).toEqual(new Set([...promised, `GET ${API_PREFIX}/openapi.json`]));
});

describe('each operation answers what its schema promises', () => {
  const order = [
    ...operations.filter(({ method, personal }) => method !== 'DELETE' && !personal).map(({ id }) => id as OperationId),
    'cancelPricePreview',
    'discardPriceDraft',
    'cancelPriceCorrection',
    'deleteDeployment',
    'deleteRoute',
    'endBudgetRaise',
    'deleteProviderCredential',
    'removeMember',
    'deleteSsoConnection',
  ] as const satisfies OperationId[];

  test.each(order)('%s, for the operator', async (id) => {
    const call: Call = sampleCalls(world, operator)[id];
    await api.ok(id, { ...call, token: api.operatorToken });
  });
});

describe('each operation that is not the operator’s works for the organization itself', () => {
  let own: OrganizationWorld;
  beforeAll(async () => {
    own = await createOrganizationWorld(api, 'self-service');
  });
  const order = [
    ...operations.filter(
      ({ method, operatorOnly, open, personal }) => method !== 'DELETE' && !operatorOnly && !open && !personal,
    ),
    OPERATIONS.deleteDeployment,
    OPERATIONS.deleteRoute,
    OPERATIONS.endBudgetRaise,
    OPERATIONS.deleteProviderCredential,
    OPERATIONS.removeMember,
    OPERATIONS.deleteSsoConnection,
  ].map(({ id }) => id as OperationId);

  test.each(order)('%s', async (id) => {
    const call: Call = sampleCalls(own, operator)[id];
    await api.ok(id, { ...call, token: own.token });
  });
});

test('the OpenAPI document is served without a token', async () => {
  const { status, body } = await api.send('GET', `${API_PREFIX}/openapi.json`);
  expect(status).toBe(200);
  expect((body as { openapi: string }).openapi).toBe('3.1.0');
});

test('created and changed resources name their version as ETag', async () => {
  const answer: Answer = await api.call('readOrganization', { params: { organizationId: world.organizationId } });
  expect(answer.headers.get('etag')).toBe(`"${(answer.body as { version: number }).version}"`);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
});

test('limits and budget are fields of their resource', async () => {
  const params = { projectId: world.projectId };
  const body = {
    name: 'Limited',
    modelAllowlist: ['gpt-4o'],
    rateLimit: { requestsPerMinute: 60, tokensPerMinute: null, concurrency: 4 },
    monthlyBudget: { amount: '12.5', currency: 'USD' },
  };
  const created = await api.ok('createApiKey', { params, body });
  expect(created).toMatchObject({
    rateLimit: body.rateLimit,
    monthlyBudget: { amount: '12.500000000000', currency: 'USD' },
    version: 1,
  });
  expect(created.secret).toMatch(/^tg_/);
  const changed = await api.ok('updateApiKey', {
    params: { apiKeyId: created.id },
    ifMatch: 1,
    body: { monthlyBudget: null, rateLimit: { requestsPerMinute: null, tokensPerMinute: 100_000, concurrency: null } },
  });
  expect(changed).toMatchObject({ monthlyBudget: null, rateLimit: { tokensPerMinute: 100_000 }, version: 2 });
  expect(changed).not.toHaveProperty('secret');
});

test('a rotation keeps the key and gives the old secret its overlap', async () => {
  const body = { name: 'Rotated', modelAllowlist: ['*'] };
  const before = await api.ok('createApiKey', { params: { projectId: world.projectId }, body });
  const apiKeyId = before.id;
  const rotated = await api.ok('rotateApiKey', { params: { apiKeyId }, body: { overlapSeconds: 3600 } });
  expect(rotated.id).toBe(apiKeyId);
  expect(rotated.secrets).toHaveLength(2);
  expect(rotated.secret).not.toBe(before.secret);
  const live = rotated.secrets.filter((secret) => secret.expiresAt === null);
  expect(live).toHaveLength(1);
  expect(live[0]?.displayPrefix.slice(0, 7)).toBe(rotated.secret.slice(0, 7));
});

test('the keys of an organization are those of all its projects', async () => {
  const { organizationId, token } = world;
  const second = await api.ok('createProject', { params: { organizationId }, body: { name: 'Second' } });
  const body = { name: 'Elsewhere', modelAllowlist: ['*'], tags: ['night'] };
  const { id } = await api.ok('createApiKey', { params: { projectId: second.id }, body });
  const list = async (query: Record<string, string>): Promise<string[]> =>
    (await api.ok('listOrganizationApiKeys', { token, params: { organizationId }, query })).data.map((key) => key.id);
  expect(await list({})).toEqual(expect.arrayContaining([id, world.apiKeyId]));
  expect(await list({ projectId: second.id })).toEqual([id]);
  expect(await list({ tag: 'night' })).toEqual([id]);
  expect(await list({ projectId: world.projectId })).not.toContain(id);
});

test('a revocation raises the control plane’s version, and happens once', async () => {
  const version = async (): Promise<string | undefined> =>
    (await api.database.pool.query<{ version: string }>('SELECT version FROM control_plane_version')).rows[0]?.version;
  const key = await api.ok('createApiKey', {
    params: { projectId: world.projectId },
    body: { name: 'Leaked', modelAllowlist: ['*'] },
  });
  const before = await version();
  const revoked = await api.ok('revokeApiKey', { params: { apiKeyId: key.id } });
  expect(Number(await version())).toBeGreaterThan(Number(before));
  const again = await api.ok('revokeApiKey', { params: { apiKeyId: key.id } });
  expect(again).toEqual(revoked);
  await api.refused('updateApiKey', 409, {
    params: { apiKeyId: key.id },
    ifMatch: revoked.version,
    body: { name: 'x' },
  });
  await api.refused('rotateApiKey', 409, { params: { apiKeyId: key.id }, body: {} });
});

test('models show whether they can be deployed and called, and their prices for the organization', async () => {
  const { organizationId } = world;
  const listed = await api.ok('readModel', { params: { modelId: 'openai:gpt-4o' }, query: { organizationId } });
  expect(listed.deployable).toBe(true);
  const input = listed.prices.find((price) => price.meter === 'input');
  expect(input).toMatchObject({
    listAmount: { amount: '2.750000000000' },
    billedAmount: { amount: '3.300000000000' },
  });
  const anthropic = { provider: 'anthropic', name: 'claude', displayName: 'Claude', source: 'test' };
  await api.database.prisma.model.create({ data: anthropic });
  const undeployable = await api.ok('listModels', { query: { organizationId, deployable: 'false' } });
  expect(undeployable.data).toMatchObject([{ id: 'anthropic:claude', deployable: false, deployedAs: [], prices: [] }]);
  await api.refused('readModel', 404, { params: { modelId: 'openai:no-such-model' } });
  const params = { projectId: world.projectId };
  const narrow = await api.ok('createApiKey', { params, body: { name: 'Narrow', modelAllowlist: ['gpt-4o-*'] } });
  const ofKey = { params: { modelId: 'openai:gpt-4o' }, query: { apiKeyId: narrow.id } };
  expect(await api.ok('readModel', ofKey)).toMatchObject({ deployedAs: [], prices: listed.prices });
  const { providerCredentialId } = world;
  for (const model of ['gpt-4o', 'smart']) {
    await api.ok('createDeployment', {
      body: { organizationId, providerCredentialId, model, upstreamModel: 'gpt-4o' },
    });
  }
  const smart = await api.ok('createApiKey', { params, body: { name: 'Smart', modelAllowlist: ['smart'] } });
  const wide = { ...ofKey, query: { apiKeyId: smart.id } };
  expect(await api.ok('readModel', wide)).toMatchObject({ deployedAs: ['smart'], prices: listed.prices });
  const stranger = await api.ok('createOrganization', { body: { name: 'Stranger', slug: 'stranger' } });
  await api.refused('readModel', 404, { ...wide, query: { ...wide.query, organizationId: stranger.id } });
  const deployable = await api.ok('listModels', { query: { organizationId, deployable: 'true', limit: '1' } });
  expect(deployable.data).toHaveLength(1);
  const next = await api.ok('listModels', {
    query: { organizationId, deployable: 'true', limit: '1', cursor: deployable.nextCursor ?? '' },
  });
  expect(next.data[0]?.id).not.toBe(deployable.data[0]?.id);
});

test('a publication replaces what it names and is no publication when nothing changes', async () => {
  const { priceBookId } = operator;
  const prices = [
    {
      provider: 'openai',
      model: 'o3',
      meter: 'input',
      amount: '2.5',
      per: 1_000_000,
      effectiveFrom: '2024-01-01T00:00:00Z',
    },
  ];
  const first = await api.ok('publishPrices', { params: { priceBookId }, body: { prices } });
  expect(first).toMatchObject({ changed: true, introduced: 1, retired: 0 });
  const second = await api.ok('publishPrices', { params: { priceBookId }, body: { prices } });
  expect(second).toMatchObject({ changed: false, publication: { id: first.publication.id } });
  const listed = await api.ok('listPrices', { params: { priceBookId }, query: { model: 'o3' } });
  expect(listed.data).toMatchObject([{ amount: { amount: '2.500000000000', currency: 'USD' }, source: 'api' }]);
  const earlier = await api.ok('listPrices', { params: { priceBookId }, query: { model: 'o3', sequence: '1' } });
  expect(earlier.data).toEqual([]);
  const overlapping = [prices[0], { ...prices[0], amount: '3' }];
  await api.refused('publishPrices', 400, { params: { priceBookId }, body: { prices: overlapping } });
});

test('what follows the environment is changed there', async () => {
  const { prisma } = api.database;
  const { id } = await prisma.providerCredential.create({
    data: { id: 'cred_00000000000000000000000000', provider: 'openai', name: 'OPENAI_API_KEY', source: 'environment' },
  });
  const params = { providerCredentialId: id };
  await api.refused('updateProviderCredential', 409, { params, ifMatch: 1, body: { name: 'Mine' } });
  await api.refused('deleteProviderCredential', 409, { params });
});

test('a credential in use stays', async () => {
  const { providerCredentialId } = operator;
  const refusal = await api.refused('deleteProviderCredential', 409, { params: { providerCredentialId } });
  expect(refusal.detail).toContain('Deployments use');
});

test('names and slugs that are taken are a conflict that names the field', async () => {
  const slug = await api.refused('createOrganization', 409, { body: { name: 'Again', slug: 'acme' } });
  expect(slug.errors).toMatchObject([{ pointer: '/body/slug', code: 'taken' }]);
  const { organizationId } = world;
  const name = await api.refused('createProject', 409, { params: { organizationId }, body: { name: 'Web' } });
  expect(name.errors).toMatchObject([{ pointer: '/body/name', code: 'taken' }]);
  const planId = 'plan_00000000000000000000000000';
  await api.refused('createOrganization', 400, { body: { name: 'No plan', slug: 'no-plan', planId } });
});
