import { expect, test } from '@jest/globals';

import { formatBasisPoints } from './format-basis-points.js';

test.each([
  [1_000, '10 %'],
  [250, '2.5 %'],
  [-1_205, '12.05 %'],
  [5, '0.05 %'],
  [0, '0 %'],
])('%j is %j', (basisPoints, words) => expect(formatBasisPoints(basisPoints)).toBe(words));
