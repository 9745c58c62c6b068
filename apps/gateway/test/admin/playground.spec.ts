import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAdminApi, type AdminApi } from './admin-api.js';
import { createOperatorWorld, createOrganizationWorld, type OrganizationWorld } from './admin-world.js';

const HOUR_MS = 3_600_000;

let api: AdminApi;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
});
afterAll(() => api.close());

const params = (): { projectId: string } => ({ projectId: world.projectId });
const open = (body: object = {}, token = world.token) => api.ok('openPlayground', { params: params(), body, token });

test('everybody has one key for it in a project, with a small budget, and each call another secret of that key', async () => {
  const [first, second] = await Promise.all([open(), open()]);
  expect(second.apiKeyId).toBe(first.apiKeyId);
  expect(second.secret).not.toBe(first.secret);
  expect(first.secret).toMatch(/^tg_/);
  const key = await api.ok('readApiKey', { params: { apiKeyId: first.apiKeyId } });
  expect(key).toMatchObject({
    name: 'Playground',
    tags: ['playground'],
    modelAllowlist: ['*'],
    monthlyBudget: { amount: '10.000000000000', currency: 'USD' },
    rateLimit: { requestsPerMinute: 60 },
  });
  expect(key.secrets).toHaveLength(2);
  const ends = key.secrets.map(({ expiresAt }) => Date.parse(expiresAt ?? '') - Date.now());
  for (const end of ends) expect(end > 0 && end <= HOUR_MS).toBe(true);
  const another = await open({}, await api.issueToken(world.organizationId));
  expect(another.apiKeyId).not.toBe(first.apiKeyId);
});

test('its budget is the key’s, and what was changed there stays', async () => {
  const { apiKeyId } = await open();
  const { version } = await api.ok('readApiKey', { params: { apiKeyId } });
  const monthlyBudget = { amount: '2.500000000000', currency: 'USD' };
  await api.ok('updateApiKey', { params: { apiKeyId }, ifMatch: version, body: { monthlyBudget } });
  expect(await open()).toMatchObject({ apiKeyId, monthlyBudget });
});

test('models without a price have a key without a budget', async () => {
  const unpriced = await open({ unpricedModels: true });
  expect(unpriced.monthlyBudget).toBeNull();
  expect(unpriced.apiKeyId).not.toBe((await open()).apiKeyId);
});

test('ended secrets go, and a revoked key makes place for another', async () => {
  const { apiKeyId } = await open();
  await api.database.prisma.keySecret.updateMany({ where: { apiKeyId }, data: { expiresAt: new Date(0) } });
  await open();
  expect((await api.ok('readApiKey', { params: { apiKeyId } })).secrets).toHaveLength(1);
  await api.ok('revokeApiKey', { params: { apiKeyId } });
  expect((await open()).apiKeyId).not.toBe(apiKeyId);
});

test('a key that has expired makes place for another: its secrets would open nothing', async () => {
  const { apiKeyId } = await open();
  await api.database.prisma.apiKey.update({ where: { id: apiKeyId }, data: { expiresAt: new Date(0) } });
  expect((await open()).apiKeyId).not.toBe(apiKeyId);
});

test('what a token opens ends with the token', async () => {
  const expiresAt = new Date(Date.now() + 60_000);
  const token = await api.issueToken(world.organizationId, { expiresAt });
  expect(Date.parse((await open({}, token)).expiresAt)).toBeLessThanOrEqual(expiresAt.getTime());
});

test('who may not write keys may not open it, and nobody in another organization', async () => {
  const reader = await api.issueToken(world.organizationId, { scopes: ['api-keys.read', 'models.read'] });
  await api.refused('openPlayground', 403, { params: params(), body: {}, token: reader });
  const other = await createOrganizationWorld(api, 'other');
  await api.refused('openPlayground', 404, { params: params(), body: {}, token: other.token });
});
