import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  type OperatorWorld,
  type OrganizationWorld,
} from './admin-world.js';
import { decision, ToldRouting } from './told-routing.js';

let api: AdminApi;
let operator: OperatorWorld;
let world: OrganizationWorld;
const routing = new ToldRouting();

beforeAll(async () => {
  api = await startAdminApi(undefined, null, routing);
  operator = await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
});
afterAll(() => api.close());

const create = (body: object) => api.ok('createRoute', { token: world.token, body });
const refuse = async (body: object, token = world.token) =>
  (await api.refused('createRoute', 400, { token, body })).errors.map(({ pointer, code }) => [pointer, code]);

describe('a route', () => {
  test('is what was described, and what was left out', async () => {
    const created = await create({ name: 'plain', targets: [{ model: 'gpt-4o' }] });
    expect(created).toMatchObject({
      organizationId: world.organizationId,
      ...{ strategy: 'balanced', targets: [{ model: 'gpt-4o' }], constraints: {}, fallbacks: {}, sticky: true },
      ...{ canary: null, shadow: null, hedgeAfterMs: null, firstTokenTimeoutMs: null, totalTimeoutMs: null },
      ...{ enabled: true, source: 'api', version: 1 },
    });
    const change = { strategy: 'weighted', constraints: { residency: 'local-only', maxPrice: { input: '2.5' } } };
    const call = { token: world.token, params: { routeId: created.id }, ifMatch: 1, body: change };
    const changed = await api.ok('updateRoute', call);
    expect(changed).toMatchObject({ ...change, targets: [{ model: 'gpt-4o' }], version: 2 });
    const { data } = await api.ok('listAuditLog', { query: { resourceId: created.id } });
    expect(data[0]).toMatchObject({
      action: 'route.updated',
      changes: { strategy: { before: 'balanced', after: 'weighted' } },
    });
  });

  test('leads to models that are served where it is used, by a pattern too', async () => {
    await create({ name: 'local', targets: [{ model: 'local/llama' }, { model: 'gpt-4o', provider: 'openai' }] });
    const described = {
      name: 'nowhere',
      targets: [{ model: 'gpt-4o' }, { model: 'gpt-5' }, { model: 'gpt-4o', provider: 'anthropic' }],
      fallbacks: { overload: ['local/llama', 'o9'] },
      canary: { model: 'o8', percent: 5 },
      shadow: { model: 'smart', percent: 5 },
    };
    expect(await refuse(described)).toEqual(
      ['targets/1/model', 'targets/2/model', 'fallbacks/overload/1', 'canary/model', 'shadow/model'].map((field) => [
        `/body/${field}`,
        'not_served',
      ]),
    );
    // what an organization has of its own serves nobody else
    expect(await refuse({ name: 'all', targets: [{ model: 'gpt-4o' }] }, api.operatorToken)).toEqual([
      ['/body/targets/0/model', 'not_served'],
    ]);
  });

  test('changes although a model that it names has gone, unless the change names it', async () => {
    const body = { providerCredentialId: world.providerCredentialId, model: 'gone', upstreamModel: 'gpt-4o' };
    const deployment = await api.ok('createDeployment', { token: world.token, body });
    const { id } = await create({ name: 'bereft', targets: [{ model: 'gone' }] });
    await api.ok('deleteDeployment', { token: world.token, params: { deploymentId: deployment.id } });
    const call = { token: world.token, params: { routeId: id } };
    await api.ok('updateRoute', { ...call, ifMatch: 1, body: { enabled: false } });
    await api.refused('updateRoute', 400, { ...call, ifMatch: 2, body: { targets: [{ model: 'gone' }] } });
  });

  test.each([
    ['a pattern for a name', { name: 'gpt-*' }, '/body/name'],
    ['no target', { targets: [] }, '/body/targets'],
    ['a share of nothing', { canary: { model: 'gpt-4o', percent: 0 } }, '/body/canary/percent'],
    ['a share of more than all', { shadow: { model: 'gpt-4o', percent: 101 } }, '/body/shadow/percent'],
    ['half a weight', { targets: [{ model: 'gpt-4o', weight: 0.5 }] }, '/body/targets/0/weight'],
    ['no weight', { targets: [{ model: 'gpt-4o', weight: 0 }] }, '/body/targets/0/weight'],
    ['an unknown cause', { fallbacks: { rain: ['gpt-4o'] } }, '/body/fallbacks/rain'],
    ['a condition of nothing', { targets: [{ model: 'gpt-4o', when: {} }] }, '/body/targets/0/when'],
    [
      'a patience that ends before it begins',
      { firstTokenTimeoutMs: 9, totalTimeoutMs: 8 },
      '/body/firstTokenTimeoutMs',
    ],
    ['a float for a price', { constraints: { maxPrice: { input: 2.5 } } }, '/body/constraints/maxPrice/input'],
  ])('is refused with %s', async (_, wrong, pointer) => {
    expect(await refuse({ name: 'wrong', targets: [{ model: 'gpt-4o' }], ...wrong })).toEqual([
      [pointer, expect.any(String)],
    ]);
  });

  test('has its name for itself', async () => {
    await create({ name: 'taken', targets: [{ model: 'gpt-4o' }] });
    const body = { name: 'taken', targets: [{ model: 'gpt-4o' }] };
    const refusal = await api.refused('createRoute', 409, { token: world.token, body });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/name', code: 'taken' }]);
    await api.ok('createRoute', { body: { name: 'taken', targets: [{ model: 'local/llama' }] } });
  });
});

test('an API key carries constraints', async () => {
  const params = { projectId: world.projectId };
  const constraints = { providers: ['openai'], minContext: 100_000 };
  const body = { name: 'Confined', modelAllowlist: ['*'], constraints };
  const { id } = await api.ok('createApiKey', { params, body });
  expect(await api.ok('readApiKey', { params: { apiKeyId: id } })).toMatchObject({ constraints });
  const change = { constraints: { regions: ['eu', 'eu'] } };
  await api.refused('updateApiKey', 400, { params: { apiKeyId: id }, ifMatch: 1, body: change });
  const freed = await api.ok('updateApiKey', { params: { apiKeyId: id }, ifMatch: 1, body: { constraints: {} } });
  expect(freed.constraints).toEqual({});
});

describe('a deployment', () => {
  test('is drained by hand, although it follows the environment, and nothing else of it is changed', async () => {
    const { prisma } = api.database;
    const { deploymentId } = world;
    await prisma.deployment.update({ where: { id: deploymentId }, data: { source: 'environment' } });
    const call = { params: { deploymentId } };
    const drained = await api.ok('updateDeployment', { ...call, ifMatch: 1, body: { drained: true } });
    expect(drained).toMatchObject({ drained: true, enabled: true, version: 2 });
    await api.refused('updateDeployment', 409, { ...call, ifMatch: 2, body: { drained: false, priority: 1 } });
    await api.refused('deleteDeployment', 409, call);
    await prisma.deployment.update({ where: { id: deploymentId }, data: { source: 'api', drained: false } });
  });

  test('tells how it is doing at this moment', async () => {
    const live = {
      ...{ upstreamModel: 'gpt-4o', circuit: 'half-open', credentialDead: false, inFlight: 2, uptime: 0.75 },
      ...{ firstTokenMs: 210, tokensPerSecond: null, cacheShare: 0.4 },
    } as const;
    routing.live = [
      { ...live, deploymentId: world.deploymentId, benchedUntil: 1_800_000_000_000, probe: { at: 1, ok: false } },
      { ...live, deploymentId: operator.deploymentId, benchedUntil: null, probe: null },
    ];
    const { data } = await api.ok('listDeploymentHealth', { token: world.token });
    expect(data.find(({ deploymentId }) => deploymentId === world.deploymentId)?.live).toEqual([
      { ...live, benchedUntil: '2027-01-15T08:00:00.000Z', probe: { at: '1970-01-01T00:00:00.001Z', ok: false } },
    ]);
  });
});

describe('a simulation', () => {
  const candidate = {
    ...{ provider: 'openai', upstreamModel: 'gpt-4o', region: '*', score: 1.5, price: 0.01, uptime: 1, inFlight: 0 },
    ...{ firstTokenMs: null, tokensPerSecond: null, cacheShare: 0, excluded: null },
  };

  test('asks as the caller asked, and tells candidates by names and exact costs', async () => {
    const own = { ...candidate, deploymentId: world.deploymentId };
    const operators = { ...candidate, deploymentId: operator.deploymentId, excluded: 'region' } as const;
    const candidates = [own, operators];
    const costs = new Map([[`${world.deploymentId}\ngpt-4o`, '0.0123']]);
    routing.answer = { decision: decision({ routeId: world.routeId, reason: 'sticky', candidates }), costs };
    const question = { model: 'smart', surface: 'anthropic-messages', tags: ['night'], inputTokens: 9_000 };
    const body = { ...question, apiKeyId: world.apiKeyId, constraints: { regions: ['eu'] } };
    const answer = await api.ok('simulateRoute', { token: world.token, body });
    expect(routing.asked.at(-1)).toMatchObject({ ...body, organizationId: world.organizationId, outputTokens: 500 });
    expect(answer).toMatchObject({ routeId: world.routeId, routeName: 'smart', reason: 'sticky' });
    // how much runs there tells of others, too
    const load = { inFlight: null };
    expect(answer.candidates).toEqual([
      {
        ...own,
        ...load,
        model: 'gpt-4o',
        credentialName: 'Own account',
        cost: { amount: '0.012300000000', currency: 'USD' },
      },
      { ...operators, ...load, model: 'local/*', credentialName: null, cost: null },
    ]);
    const told = await api.ok('simulateRoute', { body: { ...body, organizationId: world.organizationId } });
    expect(told.candidates.map(({ credentialName }) => credentialName)).toEqual(['Own account', 'Local engine']);
    expect(told.candidates.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });

  test('of nothing that may be used is not found; of nobody, or at no surface, is a fault', async () => {
    routing.answer = null;
    await api.refused('simulateRoute', 404, { token: world.token, body: { model: 'gpt-9' } });
    const nobody = await api.refused('simulateRoute', 400, { body: { model: 'gpt-4o' } });
    expect(nobody.errors).toMatchObject([{ pointer: '/body/organizationId', code: 'required' }]);
    const surface = { token: world.token, body: { model: 'gpt-4o', surface: 'morse' } };
    expect((await api.refused('simulateRoute', 400, surface)).errors).toMatchObject([{ pointer: '/body/surface' }]);
  });

  test('needs a process that serves inference, and says so', async () => {
    const without = await startAdminApi(undefined, null, null);
    const { id: organizationId } = await without.ok('createOrganization', { body: { name: 'Acme', slug: 'acme' } });
    const { status, body } = await without.send('POST', '/api/v1/route-simulations', {
      headers: { authorization: `Bearer ${without.operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ organizationId, model: 'gpt-4o' }),
    });
    expect(status).toBe(503);
    expect(body).toMatchObject({ type: 'urn:tollgate:problem:no-inference' });
    expect((await without.ok('listDeploymentHealth')).data.every(({ live }) => live === null)).toBe(true);
    await without.close();
  });
});

test('what tollgate.yaml describes is changed there', async () => {
  const { prisma } = api.database;
  const { routeId, deploymentId, providerCredentialId, projectId, organizationId } = world;
  const file = { data: { source: 'file' } };
  await prisma.route.update({ where: { id: routeId }, ...file });
  await prisma.deployment.update({ where: { id: deploymentId }, ...file });
  await prisma.providerCredential.update({ where: { id: providerCredentialId }, ...file });
  await prisma.rateLimit.create({ data: { scope: 'project', scopeId: projectId, organizationId, source: 'file' } });
  const writes = [
    ['updateRoute', { params: { routeId }, ifMatch: 1, body: { sticky: true } }],
    ['deleteRoute', { params: { routeId } }],
    ['updateDeployment', { params: { deploymentId }, ifMatch: 2, body: { drained: true } }],
    ['deleteDeployment', { params: { deploymentId } }],
    ['updateProviderCredential', { params: { providerCredentialId }, ifMatch: 1, body: { name: 'Mine' } }],
    ['deleteProviderCredential', { params: { providerCredentialId } }],
    ['updateProject', { params: { projectId }, ifMatch: 1, body: { monthlyBudget: null } }],
    ['updateProject', { params: { projectId }, ifMatch: 1, body: { budgetLadder: [] } }],
  ] as const;
  for (const [id, call] of writes) {
    const { detail } = await api.refused(id, 409, call);
    expect(detail).toContain('is described by tollgate.yaml. Change it there.');
  }
  const renamed = await api.ok('updateProject', { params: { projectId }, ifMatch: 1, body: { costCentre: 'CC' } });
  expect(renamed.limitsSource).toBe('file');
});
