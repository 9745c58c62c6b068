import { expect, test } from '@jest/globals';
import { basisPointsOf, PERCENT, percentOf } from './percent.js';

test.each([
  ['12.5', 1_250],
  ['0.07', 7],
  ['-0.5', -50],
  ['-100', -10_000],
  ['1000', 100_000],
  ['4.35', 435],
])('%s percent are %d basis points, and back', (percent, basisPoints) => {
  expect(PERCENT.test(percent)).toBe(true);
  expect(basisPointsOf(percent)).toBe(basisPoints);
  expect(basisPointsOf(percentOf(basisPoints))).toBe(basisPoints);
});

test.each(['', '-100.01', '-101', '1.234', 'ten', '1,5'])('%j is no percentage of a price', (percent) => {
  expect(PERCENT.test(percent)).toBe(false);
});
