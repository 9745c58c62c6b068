import { expect, test } from '@jest/globals';

import { formatCount, formatDuration, formatShare } from './format-quantities.js';

test.each([
  [0, '0'],
  [9_041, '9,041'],
  [12_401, '12.4k'],
  [999_960, '1M'],
  [3_070_000, '3.07M'],
])('%d is counted as %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test.each([
  [0.74, '0.7 ms'],
  [842.4, '842 ms'],
  [999.6, '1 s'],
  [1_240, '1.24 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
  [123_000, '2 min 3 s'],
])('%d ms take %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0 %'],
  [0.0004, '< 0.1 %'],
  [0.0226, '2.26 %'],
  [0.5, '50 %'],
  [0.9999, '> 99.9 %'],
  [1, '100 %'],
])('a share of %d is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});
