import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { publicRequestId, type UsageEvent } from '@tollgate/domain';
import type { DeploymentHealth } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  ingest,
  newUsageEvent,
  type OrganizationWorld,
} from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
});
afterAll(() => api.close());

const failed = (errorCode: NonNullable<UsageEvent['errorCode']>, status: number): Partial<UsageEvent> => ({
  outcome: 'upstream_failed',
  errorCode,
  status,
  usage: {},
  usageSource: 'none',
  timings: { admittedMs: 1, dispatchedMs: 2, firstTokenMs: null, totalMs: 30 },
});

async function healthAfter(slug: string, endings: readonly Partial<UsageEvent>[]): Promise<DeploymentHealth> {
  world = await createOrganizationWorld(api, slug);
  const now = Date.now();
  const events = endings.map((ending, index) => newUsageEvent(world, { occurredAt: now - 10_000 + index, ...ending }));
  await ingest(api, events);
  const { data } = await api.ok('listDeploymentHealth', { token: world.token, query: { hours: '1' } });
  const [health] = data;
  if (health === undefined) throw new Error('the deployment is missing');
  expect(data).toHaveLength(1);
  expect(health.deploymentId).toBe(world.deploymentId);
  return health;
}

describe('the state of a deployment', () => {
  test('healthy, with its latency; what callers asked wrongly does not count against it', async () => {
    const health = await healthAfter('healthy', [{}, {}, failed('provider_rejected_request', 400)]);
    expect(health).toMatchObject({
      state: 'healthy',
      requests: 4,
      errors: 1,
      providerFailures: 0,
      successShare: 1,
      lastFailure: null,
    });
    expect(Math.abs((health.latencyP95 ?? 0) - 850) / 850).toBeLessThanOrEqual(0.02);
    expect(Math.abs((health.firstTokenP50 ?? 0) - 220) / 220).toBeLessThanOrEqual(0.02);
  });

  test('degraded, then failing, with the newest failure', async () => {
    const degraded = await healthAfter('degraded', [{}, {}, {}, failed('provider_overloaded', 503)]);
    expect(degraded).toMatchObject({ state: 'degraded', requests: 5, providerFailures: 1, successShare: 0.8 });
    const failing = await healthAfter('failing', [
      failed('provider_overloaded', 503),
      failed('provider_unreachable', 502),
    ]);
    expect(failing).toMatchObject({
      state: 'failing',
      providerFailures: 2,
      lastFailure: { code: 'provider_unreachable', status: 502 },
    });
    const newest = await api.ok('listRequests', { token: world.token, query: { errorCode: 'provider_unreachable' } });
    expect(failing.lastFailure?.requestId).toBe(newest.data[0]?.id);
  });

  test('disabled, and unused', async () => {
    await healthAfter('disabled', []);
    const params = { deploymentId: world.deploymentId };
    await api.ok('updateDeployment', { token: world.token, params, ifMatch: 1, body: { enabled: false } });
    const list = await api.ok('listDeploymentHealth', { token: world.token });
    expect(list.data).toMatchObject([{ state: 'disabled' }]);
    const all = await api.ok('listDeploymentHealth', { query: { model: 'local/*' } });
    expect(all.data).toMatchObject([{ state: 'unused', requests: 0, successShare: null, latencyP95: null }]);
  });
});

test('an organization sees its own deployments only, the operator all of them', async () => {
  const event = newUsageEvent(world);
  await ingest(api, [event]);
  const own = await api.ok('listDeploymentHealth', { token: world.token });
  expect(own.data.map(({ deploymentId }) => deploymentId)).toEqual([world.deploymentId]);
  const all = await api.ok('listDeploymentHealth', {});
  expect(all.data.length).toBeGreaterThan(3);
  expect(JSON.stringify(own)).not.toContain(publicRequestId(event.requestId));
});
