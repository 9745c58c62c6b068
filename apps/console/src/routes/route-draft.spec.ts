import { expect, test } from '@jest/globals';
import type { Route } from '@tollgate/wire';
import { changeOf, draftOf, emptyRouteFields, NO_TARGET, routeFieldsOf } from './route-draft.js';

const DEFINITION = {
  name: 'fast',
  strategy: 'lowest-cost',
  targets: [
    {
      model: 'gpt-4o-mini',
      provider: 'openai',
      weight: 3,
      when: { minInputTokens: 0, maxInputTokens: 2_000, tags: ['bulk'] },
    },
    { model: 'gpt-4o' },
  ],
  constraints: { providers: ['openai'], residency: 'local-only' },
  fallbacks: { overload: ['gpt-4.1'], budget: ['gpt-4o-mini'] },
  sticky: false,
  canary: { model: 'gpt-4.1', percent: 5 },
  shadow: null,
  hedgeAfterMs: 800,
  firstTokenTimeoutMs: null,
  totalTimeoutMs: 60_000,
  enabled: true,
} satisfies Partial<Route>;

const ROUTE: Route = {
  ...DEFINITION,
  id: 'rte_01',
  organizationId: 'org_01',
  source: 'api',
  version: 2,
  createdAt: '2026-10-01T00:00:00.000Z',
  updatedAt: '2026-10-01T00:00:00.000Z',
};

test('an edited route is sent back as it was', () => {
  expect(changeOf(routeFieldsOf(ROUTE))).toEqual(DEFINITION);
});

test('what is left empty in a new route is none', () => {
  const fields = { ...emptyRouteFields(), name: 'fast' };
  expect(draftOf({ ...fields, targets: [{ ...NO_TARGET, model: 'gpt-4o' }] }, 'org_01')).toEqual({
    name: 'fast',
    organizationId: 'org_01',
    strategy: 'balanced',
    targets: [{ model: 'gpt-4o' }],
    constraints: {},
    fallbacks: {},
    sticky: true,
    canary: null,
    shadow: null,
    hedgeAfterMs: null,
    firstTokenTimeoutMs: null,
    totalTimeoutMs: null,
    enabled: true,
  });
  expect(draftOf({ ...fields, reach: 'everybody' }, 'org_01').organizationId).toBeNull();
});
