import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OperationId } from '@tollgate/wire';
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

/** What one organization is told of another, operation by operation, is in `isolation.spec.ts`. */
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
    'readRoute',
    'updateRoute',
    'deleteRoute',
  ])('%s', async (id) => {
    const { priceBookId, providerCredentialId, deploymentId, routeId } = operator;
    const ofOperator = {
      ...victim,
      priceBookId,
      providerCredentialId,
      deploymentId,
      routeId,
      spareCredentialId: providerCredentialId,
    };
    const call: Call = { ...sampleCalls(ofOperator, operator)[id], token: intruder.token };
    await api.refused(id, 404, call);
  });
});

test('figures by project or key of another organization are empty', async () => {
  const range = { from: '2026-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' };
  for (const filter of [{ projectId: victim.projectId }, { apiKeyId: victim.apiKeyId }]) {
    const query = { measure: 'requests', ...range, ...filter };
    const answer = await api.ok('readUsage', { token: intruder.token, query });
    expect(answer).toMatchObject({ series: [], total: { requests: 0 } });
  }
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
