import { describe, expect, test } from '@jest/globals';
import type { RouteRow } from '@tollgate/database';
import { ORDINARY_ROUTE, type RouteDefinition } from '@tollgate/domain';
import { HealthRegistry } from '@tollgate/routing';

import type { Candidate } from '../pipeline/routing/route.js';
import { type RouteAsker, RouteMemories, RoutePlanner } from './route-planner.js';
import type { Asked, RouteTable, Serving } from './route-table.js';

const registry = new HealthRegistry({ clock: () => 0 });

function candidate(deploymentId: string, changes: Record<string, unknown> = {}): Candidate {
  const { target = {}, ...others } = changes;
  return {
    health: registry.targetOf({ deploymentId, upstreamModel: 'm', credentialId: 'cred', credentialVersion: 1 }),
    drained: false,
    isLocal: false,
    dialect: 'openai-chat',
    provider: {},
    priced: true,
    unitPrices: { input: 1e-6, cacheRead: 1e-7, output: 4e-6, request: 0 },
    inputModalities: ['text'],
    outputModalities: ['text'],
    contextWindow: 128_000,
    target: {
      deploymentId,
      provider: 'openai',
      upstreamModel: 'm',
      region: '*',
      credentialOwner: 'operator',
      ...(target as object),
    },
    ...others,
  } as unknown as Candidate;
}

function planner(served: Readonly<Record<string, readonly Candidate[]>>, ...rows: RouteRow[]): RoutePlanner {
  const serving = (_organization: string, _prices: unknown, { model }: Asked): readonly Serving[] =>
    (served[model] ?? []).map((each, tier) => ({ candidate: each, tier }));
  return new RoutePlanner(rows, { serving } as unknown as RouteTable, new RouteMemories());
}

const route = (name: string, definition: Partial<RouteDefinition>, organizationId: string | null = null): RouteRow => ({
  id: `route_${name}_${organizationId ?? 'all'}`,
  organizationId,
  name,
  definition: { ...ORDINARY_ROUTE, targets: [], ...definition },
});

const asker = (changes: Partial<RouteAsker> = {}): RouteAsker => ({
  organizationId: 'org_1',
  prices: {} as RouteAsker['prices'],
  constraints: {},
  hasMoneyScope: false,
  apiKeyId: 'key_1',
  ...changes,
});
const chat = (model: string): Asked => ({ model, dialect: 'openai-chat' });
const idsOf = (candidates: readonly Candidate[] = []): string[] => candidates.map(({ target }) => target.deploymentId);

describe('what a name leads to', () => {
  const [a, b, c] = [
    candidate('a'),
    candidate('b'),
    candidate('c', { target: { provider: 'anthropic', region: 'eu' } }),
  ];

  test('without a route, the deployments of the name in their tiers', () => {
    const plan = planner({ m: [a, b] }).plan(asker(), chat('m'));
    expect(plan).toMatchObject({
      routeId: null,
      blocked: null,
      conditional: false,
      definition: { strategy: 'balanced' },
    });
    expect(plan?.contenders.map(({ tier }) => tier)).toEqual([0, 1]);
    expect(planner({ m: [a] }).plan(asker(), chat('other'))).toBeNull();
  });

  test('an organization’s own route comes before everybody’s, and both before deployments of the name', () => {
    const rows = [route('m', { targets: [{ model: 'x' }] }), route('m', { targets: [{ model: 'y' }] }, 'org_1')];
    const routes = planner({ m: [a], x: [b], y: [c] }, ...rows);
    expect(idsOf(routes.plan(asker(), chat('m'))?.candidates)).toEqual(['c']);
    expect(idsOf(routes.plan(asker({ organizationId: 'org_2' }), chat('m'))?.candidates)).toEqual(['b']);
  });

  test('targets of one provider, each deployment once, with its weight', () => {
    const targets = [{ model: 'm', provider: 'anthropic', weight: 3 }, { model: 'm' }];
    const plan = planner({ m: [a, c] }, route('r', { targets })).plan(asker(), chat('r'));
    expect(plan?.contenders.map(({ candidate: { target }, weight }) => [target.deploymentId, weight])).toEqual([
      ['a', 1],
      ['c', 3],
    ]);
  });

  test('targets that are meant for a request come before those for any', () => {
    const targets = [{ model: 'x' }, { model: 'y', when: { tags: ['vip'] } }];
    const plan = planner({ x: [a], y: [b] }, route('r', { targets })).plan(asker(), chat('r'));
    expect([plan?.conditional, idsOf(plan?.candidates)]).toEqual([true, ['b', 'a']]);
  });

  test('what key or route do not want, and what is drained, is left out and named', () => {
    const drained = candidate('d', { drained: true });
    const plan = planner({ m: [a, c, drained] }).plan(asker({ constraints: { providers: ['anthropic'] } }), chat('m'));
    expect(idsOf(plan?.candidates)).toEqual(['c']);
    expect(plan?.leftOut.map(({ candidate: { target }, exclusion }) => [target.deploymentId, exclusion])).toEqual([
      ['a', 'provider'],
      ['d', 'drained'],
    ]);
    const nothing = planner({ m: [drained] }).plan(asker(), chat('m'));
    expect(nothing?.blocked).toBe('drained');
  });

  test.each([
    [{ regions: ['us'] }, 'region'],
    [{ residency: 'local-only' as const }, 'residency'],
    [{ inputModalities: ['image' as const] }, 'modality'],
    [{ minContext: 200_000 }, 'context'],
    [{ maxPrice: { input: '0.99' } }, 'price'],
    [{ maxPrice: { output: '3.999999' } }, 'price'],
  ])('%j is not met', (constraints, exclusion) => {
    expect(planner({ m: [a] }).plan(asker({ constraints }), chat('m'))?.blocked).toBe(exclusion);
  });

  test('constraints that are met leave everything in', () => {
    const constraints = { regions: ['eu'], minContext: 128_000, maxPrice: { input: '1', output: '4' } };
    expect(planner({ m: [c] }).plan(asker({ constraints }), chat('m'))?.blocked).toBeNull();
  });

  test('under a budget, deployments without a price are left aside where another has one', () => {
    const unpriced = candidate('u', { priced: false });
    const own = candidate('o', { priced: false, target: { credentialOwner: 'organization' } });
    const budget = asker({ hasMoneyScope: true });
    expect(idsOf(planner({ m: [unpriced, a] }).plan(budget, chat('m'))?.candidates)).toEqual(['a']);
    expect(planner({ m: [unpriced] }).plan(budget, chat('m'))?.blocked).toBeNull();
    // somebody else would pay
    expect(idsOf(planner({ m: [own, a] }).plan(budget, chat('m'))?.candidates)).toContain('o');
  });

  test('fallbacks, canary and shadow lead to deployments, never to routes', () => {
    const share = { model: 'r', percent: 5 };
    const row = route('r', {
      targets: [{ model: 'x' }],
      fallbacks: { overload: ['y', 'x'], budget: ['nobody'] },
      canary: share,
      shadow: { model: 'y', percent: 5 },
    });
    const plan = planner({ x: [a], y: [b] }, row).plan(asker(), chat('r'));
    expect(idsOf(plan?.fallbacks.overload?.candidates)).toEqual(['b', 'a']);
    expect([plan?.fallbacks.budget, plan?.canary, idsOf(plan?.shadow?.candidates)]).toEqual([undefined, null, ['b']]);
  });

  test('beside an organization’s own route, no deployment of the operator’s is asked at the operator’s expense', () => {
    const own = candidate('o', { target: { credentialOwner: 'organization' } });
    const shadowed = (owner: string | null) =>
      route('r', { targets: [{ model: 'x' }], shadow: { model: 'y', percent: 100 } }, owner);
    const planned = (served: readonly Candidate[], owner: string | null) =>
      planner({ x: [a], y: served }, shadowed(owner)).plan(asker(), chat('r'))?.shadow ?? null;
    expect(idsOf(planned([own, b], 'org_1')?.contenders.map((each) => each.candidate))).toEqual(['o']);
    expect(planned([b], 'org_1')).toBeNull();
    expect(idsOf(planned([b], null)?.candidates)).toEqual(['b']);
  });

  test('a canary without a price does not keep a key with a budget from its route', () => {
    const row = route('r', { targets: [{ model: 'x' }], canary: { model: 'y', percent: 5 } });
    const planned = (hasMoneyScope: boolean) =>
      planner({ x: [a], y: [candidate('u', { priced: false })] }, row).plan(asker({ hasMoneyScope }), chat('r'));
    expect([planned(true)?.canary, idsOf(planned(false)?.canary?.candidates)]).toEqual([null, ['u']]);
  });

  test('what a key’s traffic has shown outlives a change of the control plane', () => {
    const memories = new RouteMemories();
    expect(memories.of('key_1')).toBe(memories.of('key_1'));
    expect(memories.of('key_1')).not.toBe(memories.of('key_2'));
  });

  test('times that an organization sets say nothing of its providers', () => {
    const hasty = { targets: [{ model: 'm' }], totalTimeoutMs: 1 };
    expect(planner({ m: [a] }, route('r', hasty, 'org_1')).plan(asker(), chat('r'))?.hasTenantsTimes).toBe(true);
    expect(planner({ m: [a] }, route('r', hasty)).plan(asker(), chat('r'))?.hasTenantsTimes).toBe(false);
  });
});
