import { describe, expect, test } from '@jest/globals';

import { type Candidate, type Route, routeOf, withoutUnpriced } from './route.js';

type Owner = Candidate['target']['credentialOwner'];

const candidate = (credentialOwner: Owner, priced: boolean): Candidate =>
  ({ priced, target: { credentialOwner }, provider: { dialect: 'openai-chat' } }) as Candidate;

const route = (...candidates: [Candidate, ...Candidate[]]): Route => routeOf('m', candidates);

describe('a route under a budget', () => {
  const priced = candidate('operator', true);
  const unpriced = candidate('operator', false);

  test('leaves deployments without a price aside where another has one', () => {
    expect(withoutUnpriced(route(unpriced, priced, unpriced)).candidates).toEqual([priced]);
    expect(withoutUnpriced(route(priced, unpriced)).candidates).toEqual([priced]);
  });

  test('stays as it is where none has one, or where somebody else would pay', () => {
    const none = route(unpriced, unpriced);
    expect(withoutUnpriced(none)).toBe(none);
    const own = route(candidate('organization', false), priced);
    expect(withoutUnpriced(own)).toBe(own);
  });
});
