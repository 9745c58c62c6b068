import { describe, expect, test } from '@jest/globals';

import { type Candidate, type Route, withoutUnpriced } from './route.js';

type Owner = Candidate['target']['credentialOwner'];

const candidate = (credentialOwner: Owner, priced: boolean): Candidate =>
  ({ priced, target: { credentialOwner } }) as Candidate;

const routeOf = (...candidates: [Candidate, ...Candidate[]]): Route => ({ model: 'm', modelJson: '"m"', candidates });

describe('a route under a budget', () => {
  const priced = candidate('operator', true);
  const unpriced = candidate('operator', false);

  test('leaves deployments without a price aside where another has one', () => {
    expect(withoutUnpriced(routeOf(unpriced, priced, unpriced)).candidates).toEqual([priced]);
    expect(withoutUnpriced(routeOf(priced, unpriced)).candidates).toEqual([priced]);
  });

  test('stays as it is where none has one, or where somebody else would pay', () => {
    const none = routeOf(unpriced, unpriced);
    expect(withoutUnpriced(none)).toBe(none);
    const own = routeOf(candidate('organization', false), priced);
    expect(withoutUnpriced(own)).toBe(own);
  });
});
