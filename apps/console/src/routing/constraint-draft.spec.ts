import { expect, test } from '@jest/globals';
import { constraintFieldsOf, constraintsOf, NO_CONSTRAINTS, type RoutingConstraints } from './constraint-draft.js';

test.each<RoutingConstraints>([
  {},
  { providers: ['openai'], regions: ['eu-central-1'], residency: 'local-only', maxPrice: { input: '2.5' } },
  { maxPrice: { output: '10' }, minContext: 128_000, inputModalities: ['image'] },
])('%j comes back as it was filled in', (constraints) => {
  expect(constraintsOf(constraintFieldsOf(constraints))).toEqual(constraints);
});

test('nothing filled in is no constraint', () => {
  expect(constraintsOf(NO_CONSTRAINTS)).toEqual({});
});
