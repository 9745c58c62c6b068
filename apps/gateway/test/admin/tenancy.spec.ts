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
let victim: OrganizationWorld;
let intruder: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  operator = await createOperatorWorld(api);
  victim = await createOrganizationWorld(api, 'victim');
  intruder = await createOrganizationWorld(api, 'intruder');
});
afterAll(() => api.close());

const operations: readonly Operation[] = Object.values(OPERATIONS);
/** The catalogue is everybody's. */
const PUBLIC: readonly string[] = ['readModel'];
const addressed = operations.filter(({ path, id }) => path.includes('{') && !PUBLIC.includes(id));
const idsOf = (operation: Operation): OperationId => operation.id as OperationId;

/** The id of every parameter, replaced by one of the same kind that nobody has. */
function withUnknownIds(call: Call): Call {
  const params = Object.entries(call.params ?? {}).map(([name, id]) => [
    name,
    `${id.slice(0, id.indexOf('_'))}_${'0'.repeat(26)}`,
  ]);
  return { ...call, params: Object.fromEntries(params) as Record<string, string> };
}

describe('ids of another organization answer exactly as ids that do not exist', () => {
  test.each(addressed.filter(({ operatorOnly }) => !operatorOnly).map(idsOf))('%s', async (id) => {
    const call: Call = { ...sampleCalls(victim, operator)[id], token: intruder.token };
    const foreign = await api.refused(id, 404, call);
    const unknown = await api.refused(id, 404, withUnknownIds(call));
    expect({ ...foreign, requestId: '' }).toEqual({ ...unknown, requestId: '' });
  });

  test.each(addressed.filter(({ operatorOnly }) => operatorOnly).map(idsOf))('%s is for the operator', async (id) => {
    const call: Call = { ...sampleCalls(victim, operator)[id], token: intruder.token };
    const foreign = await api.refused(id, 403, call);
    const unknown = await api.refused(id, 403, withUnknownIds(call));
    expect({ ...foreign, requestId: '' }).toEqual({ ...unknown, requestId: '' });
  });
});

describe('resources of the operator answer organizations as if they did not exist', () => {
  test.each<OperationId>([
    'readPriceBook',
    'listPrices',
    'readProviderCredential',
    'updateProviderCredential',
    'deleteProviderCredential',
    'testConnection',
    'readDeployment',
    'updateDeployment',
    'deleteDeployment',
  ])('%s', async (id) => {
    const { priceBookId, providerCredentialId, deploymentId } = operator;
    const ofOperator = {
      ...victim,
      priceBookId,
      providerCredentialId,
      deploymentId,
      spareCredentialId: providerCredentialId,
    };
    const call: Call = { ...sampleCalls(ofOperator, operator)[id], token: intruder.token };
    await api.refused(id, 404, call);
  });
});

describe('lists hold nothing of another organization', () => {
  const lists = operations.filter(({ method, path }) => method === 'GET' && !path.includes('{'));

  test.each(lists.map(idsOf))('%s', async (id) => {
    const call: Call = { ...sampleCalls(intruder, operator)[id], token: intruder.token };
    const { text } = await api.call(id, call);
    const { providerCredentialId, deploymentId } = operator;
    for (const foreign of [...Object.values<string>({ ...victim }), providerCredentialId, deploymentId]) {
      expect(text).not.toContain(foreign);
    }
  });

  test.each<OperationId>([
    'listPriceBooks',
    'listProviderCredentials',
    'listDeployments',
    'listRequests',
    'listManagementTokens',
    'listAuditLog',
  ])('%s, asked for another organization by filter', async (id) => {
    const { organizationId } = victim;
    const page = await api.ok(id, { token: intruder.token, query: { organizationId } });
    expect(page).toMatchObject({ data: [] });
  });

  test('filters by ids of another organization find nothing', async () => {
    for (const query of [
      { projectId: victim.projectId },
      { apiKeyId: victim.apiKeyId },
      { deploymentId: victim.deploymentId },
    ]) {
      expect(await api.ok('listRequests', { token: intruder.token, query })).toMatchObject({ data: [] });
    }
  });

  test('figures and offers of another organization are not found', async () => {
    const { organizationId } = victim;
    const { token } = intruder;
    const { query } = sampleCalls(victim, operator).readUsage;
    await api.refused('readUsage', 404, { token, query: { ...query, organizationId } });
    await api.refused('listModels', 404, { token, query: { organizationId } });
    const params = { modelId: 'openai:gpt-4o' };
    await api.refused('readModel', 404, { token, params, query: { organizationId } });
  });

  test('figures by project or key of another organization are empty', async () => {
    const range = { from: '2026-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' };
    for (const filter of [{ projectId: victim.projectId }, { apiKeyId: victim.apiKeyId }]) {
      const query = { measure: 'requests', ...range, ...filter };
      const answer = await api.ok('readUsage', { token: intruder.token, query });
      expect(answer).toMatchObject({ series: [], total: { requests: 0 } });
    }
  });
});

describe('nothing is made for, or out of, another organization', () => {
  test('resources of another organization', async () => {
    const { token } = intruder;
    const { organizationId } = victim;
    const secret = 'sk-intruder';
    await api.refused('createProviderCredential', 404, {
      token,
      body: { organizationId, provider: 'openai', name: 'x', secret },
    });
    await api.refused('createManagementToken', 404, {
      token,
      body: { organizationId, name: 'x', scopes: ['usage.read'] },
    });
    const own = { providerCredentialId: intruder.providerCredentialId, model: 'm', upstreamModel: 'm' };
    await api.refused('createDeployment', 404, { token, body: { ...own, organizationId } });
  });

  test('deployments over a credential of another organization, or of the operator', async () => {
    const { token } = intruder;
    for (const { providerCredentialId } of [victim, operator]) {
      const body = { providerCredentialId, model: 'm', upstreamModel: 'm' };
      await api.refused('createDeployment', 404, { token, body });
    }
    const shared = { providerCredentialId: victim.providerCredentialId, model: 'm', upstreamModel: 'm' };
    const { errors } = await api.refused('createDeployment', 400, { body: shared });
    expect(errors).toMatchObject([{ pointer: '/body/providerCredentialId', code: 'owned_by_another' }]);
  });

  test('an organization does not lift the ceilings that the operator set', async () => {
    const { token, organizationId } = intruder;
    const body = { name: 'Mine', billingMode: 'prepaid', monthlyBudget: null, rateLimit: null };
    const refusal = await api.refused('updateOrganization', 400, {
      token,
      params: { organizationId },
      ifMatch: 1,
      body,
    });
    expect(refusal.errors).toMatchObject([{ pointer: '/body/rateLimit' }]);
    const forbidden = await api.refused('updateOrganization', 403, {
      token,
      params: { organizationId },
      ifMatch: 1,
      body: { name: 'Mine', billingMode: 'prepaid', monthlyBudget: null },
    });
    expect(forbidden.errors.map(({ pointer }) => pointer)).toEqual(['/body/billingMode', '/body/monthlyBudget']);
  });

  test('what the operator pays is not told to organizations', async () => {
    const { token, requestId } = victim;
    const own = await api.ok('readRequest', { token, params: { requestId } });
    expect(own).not.toHaveProperty('providerCost');
    expect(own.ratedLines[0]).not.toHaveProperty('providerCost');
    const full = await api.ok('readRequest', { params: { requestId } });
    expect(full.providerCost).toBeDefined();
    const { query } = sampleCalls(victim, operator).readUsage;
    await api.refused('readUsage', 403, { token, query: { ...query, measure: 'cost,providerCost' } });
  });
});
