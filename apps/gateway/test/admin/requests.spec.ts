import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { publicRequestId, type RouteDecision, type UsageEvent } from '@tollgate/domain';
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
/** The prices that its first request was rated with. */
let priceSnapshotId: string | null;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
  ({ priceSnapshotId } = await api.ok('readRequest', { params: { requestId: world.requestId } }));
});
afterAll(() => api.close());

test('a request shows its attempts, its rated lines and the price rows behind them', async () => {
  const request = await api.ok('readRequest', { params: { requestId: world.requestId } });
  // 1,000 tokens at $3 and 500 at $12 for a million, and 10 % on top; by the provider's list $2 and $10
  expect(request).toMatchObject({
    outcome: 'success',
    ratingState: 'rated',
    inputTokens: 1_000,
    outputTokens: 500,
    cost: { amount: '0.009900000000', currency: 'USD' },
    listCost: { amount: '0.007000000000' },
    hold: { amount: '0.000500000000' },
    attempts: [{ status: 200, provider: 'openai', deploymentId: world.deploymentId }],
  });
  expect(request).toMatchObject({
    projectName: 'Web',
    apiKeyName: 'Server',
    admittedMs: 1,
    dispatchedMs: 3,
    firstTokenMs: 220,
    totalMs: 850,
    usage: { input: 1_000, output: 500 },
    usageSource: 'reported',
    settlement: { charge: 'customer', unreported: 'estimate' },
    priceSnapshot: { priceBookId: world.priceBookId, sequence: 1, markupBasisPoints: 1_000 },
  });
  expect(request.bookingMinute).toBe(`${request.bookedAt.slice(0, 17)}00.000Z`);
  expect(request.ratedLines).toHaveLength(2);
  const input = request.ratedLines.find(({ meter }) => meter === 'input');
  expect(input).toMatchObject({
    quantity: 1_000,
    unitAmount: { amount: '3.000000000000' },
    billedCost: { amount: '0.003300000000' },
    price: { priceBookId: world.priceBookId, amount: { amount: '3.000000000000' } },
  });
});

describe('corrections, and what is beside', () => {
  test('a corrected request shows its newest revision, once', async () => {
    const event = newUsageEvent(world, { endUser: 'corrected' });
    await ingest(api, [event]);
    await ingest(api, [{ ...event, revision: 1, usage: { input: 7, output: 0 } }]);
    const list = await api.ok('listRequests', { query: { endUser: 'corrected' } });
    expect(list.data).toMatchObject([{ inputTokens: 7, outputTokens: 0 }]);
    const requestId = publicRequestId(event.requestId);
    const request = await api.ok('readRequest', { params: { requestId } });
    expect(request).toMatchObject({ revision: 1, parts: 1, inputTokens: 7 });
  });

  test('what a request cost beside is told apart, in no list and in no sum, and its price to the operator only', async () => {
    const attempt = { ...newUsageEvent(world).attempts[0], cost: '0.0021' } as UsageEvent['attempts'][number];
    const event = newUsageEvent(world, { endUser: 'hedged', attempts: [attempt], priceSnapshotId });
    const loser = { ...event, part: 1, outcome: 'hedge_loser', usage: { input: 1_000 }, attempts: [] } as const;
    await ingest(api, [loser, event]);
    const list = await api.ok('listRequests', { query: { endUser: 'hedged' } });
    expect(list.data).toMatchObject([{ inputTokens: 1_000, outputTokens: 500, cost: { amount: '0.009900000000' } }]);
    const params = { requestId: publicRequestId(event.requestId) };
    const request = await api.ok('readRequest', { params });
    expect(request).toMatchObject({
      parts: 2,
      outcome: 'success',
      usage: { input: 1_000, output: 500 },
      cost: { amount: '0.009900000000' },
      attempts: [{ cost: { amount: '0.002100000000', currency: 'USD' } }],
      hold: { amount: '0.000500000000' },
    });
    const told = {
      part: 1,
      outcome: 'hedge_loser',
      provider: 'openai',
      upstreamModel: event.target?.upstreamModel,
      deploymentId: world.deploymentId,
      usage: { input: 1_000 },
    };
    expect(request.wasted).toEqual([{ ...told, providerCost: { amount: '0.002000000000', currency: 'USD' } }]);
    expect(request.ratedLines.map(({ part }) => part)).toEqual([0, 0]);
    const ofOrganization = await api.ok('readRequest', { token: world.token, params });
    expect(ofOrganization.wasted).toEqual([told]);
    expect(ofOrganization.attempts[0]).not.toHaveProperty('cost');
  });
});

describe('how a request found its deployment', () => {
  const candidate = {
    deploymentId: '',
    provider: 'openai',
    upstreamModel: 'gpt-4o',
    region: '*',
    score: 1.25,
    price: 0.01,
    uptime: 1,
    firstTokenMs: 210,
    tokensPerSecond: 80,
    cacheShare: 0,
    inFlight: 3,
    excluded: null,
  };

  test('is told with what it would have cost elsewhere, by its own usage and prices', async () => {
    const own = { ...candidate, deploymentId: world.deploymentId };
    const routing: RouteDecision = {
      routeId: null,
      strategy: 'balanced',
      reason: 'best',
      candidates: [
        own,
        { ...own, provider: 'ollama', upstreamModel: 'no-price-known', score: 2 },
        { ...own, score: null, excluded: 'circuit-open' },
      ],
    };
    const event = newUsageEvent(world, { routing, priceSnapshotId });
    await ingest(api, [event]);
    const request = await api.ok('readRequest', {
      token: world.token,
      params: { requestId: publicRequestId(event.requestId) },
    });
    // how much runs there tells of others, too
    const load = { inFlight: null };
    expect(request.routing).toEqual({
      routeId: null,
      routeName: null,
      strategy: 'balanced',
      reason: 'best',
      candidates: [
        { ...routing.candidates[0], ...load, wouldCost: request.cost },
        { ...routing.candidates[1], ...load, wouldCost: null },
        { ...routing.candidates[2], ...load, wouldCost: request.cost },
      ],
    });
    const ofOperator = await api.ok('readRequest', { params: { requestId: publicRequestId(event.requestId) } });
    expect(ofOperator.routing?.candidates.map(({ inFlight }) => inFlight)).toEqual([3, 3, 3]);
  });

  test('is null where there was nothing to choose', async () => {
    const request = await api.ok('readRequest', { params: { requestId: world.requestId } });
    expect(request).toMatchObject({ routing: null, wasted: [], parts: 1 });
  });
});

test('filters find what they name', async () => {
  const occurredAt = Date.UTC(2026, 9, 1, 12);
  const failed = newUsageEvent(world, {
    occurredAt,
    requestedModel: 'o3',
    memberId: 'usr_1',
    outcome: 'upstream_failed',
    errorCode: 'provider_failed',
    status: 502,
    tags: ['night'],
    usage: {},
    usageSource: 'none',
  });
  const good = newUsageEvent(world, { occurredAt: occurredAt + 1_000, requestedModel: 'o3', endUser: 'somebody' });
  await ingest(api, [failed, good]);
  const find = async (query: Record<string, string>): Promise<string[]> =>
    (await api.ok('listRequests', { token: world.token, query })).data.map(({ id }) => id);
  const failedId = publicRequestId(failed.requestId);
  const goodId = publicRequestId(good.requestId);
  for (const query of [
    { model: 'o3', outcome: 'upstream_failed' },
    { model: 'o3', failed: 'true' },
    { errorCode: 'provider_failed' },
    { memberId: 'usr_1' },
    { tag: 'night' },
  ]) {
    expect(await find(query)).toEqual([failedId]);
  }
  expect(await find({ endUser: 'somebody' })).toEqual([goodId]);
  expect(await find({ model: 'o3', provider: 'openai', apiKeyId: world.apiKeyId })).toEqual([goodId, failedId]);
  const from = new Date(occurredAt).toISOString();
  const to = new Date(occurredAt + 1_000).toISOString();
  expect(await find({ from, to })).toEqual([failedId]);
  expect(await find({ model: 'o3', from: to })).toEqual([goodId]);
});

test('a cursor with a day that no calendar has is refused', async () => {
  const key = ['-occurredAt', '2026-02-30T00:00:00Z', publicRequestId('019a4c00-0000-7000-8000-000000000000')];
  const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
  await api.refused('listRequests', 400, { query: { cursor } });
});

describe('figures', () => {
  const day = { from: '2026-10-01T00:00:00Z', to: '2026-10-02T00:00:00Z' };

  test('are the sums of the requests', async () => {
    const query = { measure: 'requests,errors,cost,latencyP95', by: 'outcome,day', ...day };
    const answer = await api.ok('readUsage', { token: world.token, query });
    expect(answer).toMatchObject({
      zone: 'UTC',
      source: 'usage_day',
      additive: true,
      buckets: [{ label: '2026-10-01', complete: true }],
      total: { requests: 2, errors: 1 },
    });
    expect(answer.series.map(({ key, points }) => [key['outcome'], points[0]?.['requests']])).toEqual(
      expect.arrayContaining([
        ['success', 1],
        ['upstream_failed', 1],
      ]),
    );
  });

  test('that no rollup holds are added up from the requests', async () => {
    const query = { measure: 'requests,latencyP95,errorRate', by: 'apiKey,hour', ...day, to: '2026-10-01T12:30:00Z' };
    const answer = await api.ok('readUsage', { token: world.token, query });
    expect(answer).toMatchObject({
      source: 'usage_event',
      series: [{ key: { apiKey: world.apiKeyId }, total: { requests: 2, errorRate: 0.5 } }],
    });
    expect(answer.buckets).toHaveLength(13);
  });

  test.each([
    [{ measure: 'latencyP95', by: 'apiKey' }, '/query/measure'],
    [{ measure: 'cost', by: 'tag,member' }, '/query/by'],
    [{ measure: 'cost', by: 'project' }, '/query/by'],
    [{ measure: 'cost', by: 'model', from: '2026-10-01T00:10:00Z' }, '/query/from'],
    [{ measure: 'cost', by: 'hour', from: '2020-01-01T00:00:00Z' }, '/query/by'],
  ])('over all organizations that no rollup holds are refused with the reason: %j', async (changes, pointer) => {
    const refusal = await api.refused('readUsage', 400, { query: { ...day, ...changes } });
    expect(refusal.errors).toMatchObject([{ pointer, code: 'not_kept' }]);
    expect(refusal.detail.length).toBeGreaterThan(15);
  });

  test('by deployment are the operator’s', async () => {
    const query = { measure: 'requests,firstTokenP50', by: 'deployment', ...day };
    const answer = await api.ok('readUsage', { query });
    expect(answer).toMatchObject({ source: 'deployment_hour', total: { requests: 2 } });
  });
});
