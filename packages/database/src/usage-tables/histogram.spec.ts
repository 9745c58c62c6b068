import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { latencyBucket, mergeHistograms, packHistogram, percentile } from './histogram.js';

const durations = fc.array(fc.double({ min: 1, max: 3_000_000, noNaN: true }), { minLength: 1, maxLength: 300 });

function histogramOf(values: readonly number[]) {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(latencyBucket(value), (counts.get(latencyBucket(value)) ?? 0) + 1);
  return packHistogram(counts);
}

describe('latency histogram', () => {
  test('every percentile is within 2 % of the exact one', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
        const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(fraction * values.length)) - 1] ?? 0;
        const estimate = percentile(histogramOf(values), fraction) ?? 0;
        if (exact > 1) expect(Math.abs(estimate - exact) / exact).toBeLessThanOrEqual(0.02);
      }),
      { numRuns: 1_000 },
    );
  });

  test('merging the parts is the histogram of the whole, in any order', () => {
    fc.assert(
      fc.property(durations, durations, durations, (a, b, c) => {
        const parts = [a, b, c].map(histogramOf);
        expect(mergeHistograms(parts)).toEqual(histogramOf([...a, ...b, ...c]));
        expect(mergeHistograms(parts.reverse())).toEqual(histogramOf([...a, ...b, ...c]));
      }),
    );
  });

  test('buckets ascend with time and have an end', () => {
    expect([0, 0.3, 1, 1.001, 1.04, 1.05].map(latencyBucket)).toEqual([0, 0, 0, 1, 1, 2]);
    expect(latencyBucket(1e12)).toBe(latencyBucket(1e15));
  });

  test('nothing observed has no percentile, and what is taken back is gone', () => {
    expect(percentile([], 0.5)).toBeNull();
    expect(
      mergeHistograms([
        [3, 7, 2, 1],
        [3, -2],
      ]),
    ).toEqual([7, 1]);
  });
});
