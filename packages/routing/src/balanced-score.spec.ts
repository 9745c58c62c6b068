import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { balancedScore } from './balanced-score.js';
import type { BalancedFigures } from './balanced-score.js';

const anyFigures = fc.record({
  price: fc.double({ min: 0, max: 5, noNaN: true }),
  uptime: fc.double({ min: 0, max: 1, noNaN: true }),
  firstTokenMs: fc.double({ min: 1, max: 60_000, noNaN: true }),
  tokensPerSecond: fc.double({ min: 0.5, max: 2_000, noNaN: true }),
});
/** By so much a figure is improved: as much as doubles can tell after a product. */
const anyGain = fc.double({ min: 1e-6, max: 0.999, noNaN: true });

function improved(figures: Required<{ [Name in keyof BalancedFigures]: number }>, gain: number): BalancedFigures[] {
  return [
    { ...figures, price: figures.price * (1 - gain) },
    { ...figures, uptime: figures.uptime + (1 - figures.uptime) * gain },
    { ...figures, firstTokenMs: figures.firstTokenMs * (1 - gain) },
    { ...figures, tokensPerSecond: figures.tokensPerSecond * (1 + gain) },
  ];
}

describe('the balanced score', () => {
  test('is better for whatever is better in price, uptime, first token or pace', () => {
    fc.assert(
      fc.property(anyFigures, anyGain, (figures, gain) => {
        for (const better of improved(figures, gain)) {
          const [before, after] = [balancedScore(figures), balancedScore(better)];
          expect(after).toBeLessThanOrEqual(before);
          const differs = figures.price * gain > 1e-9 && figures.uptime < 0.999 && gain > 1e-3;
          if (differs && better.firstTokenMs !== 0) expect(after).toBeLessThan(before);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('stays a positive number: free of charge, down, unknown', () => {
    const nothing = { price: null, uptime: 0, firstTokenMs: null, tokensPerSecond: null };
    for (const figures of [nothing, { ...nothing, price: 0 }, { ...nothing, uptime: 1 }]) {
      expect(balancedScore(figures)).toBeGreaterThan(0);
      expect(balancedScore(figures)).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  });

  test('of an answer in two seconds that never fails is its price, and small change', () => {
    const figures = { price: 0.01, uptime: 1, firstTokenMs: 500, tokensPerSecond: 100 };
    expect(balancedScore(figures, 150)).toBeCloseTo(0.0102, 12);
  });

  test('weighs as it says: half the time for 1.4 times the money, 90 % of uptime for half more', () => {
    const figures = { price: 1, uptime: 1, firstTokenMs: 1_000, tokensPerSecond: 250 };
    const score = balancedScore(figures, 250);
    expect(balancedScore({ ...figures, firstTokenMs: 3_000 }, 250) / score).toBeCloseTo(Math.SQRT2, 6);
    expect(balancedScore({ ...figures, uptime: 0.9 }, 250) / score).toBeCloseTo(1.5, 1);
    expect(balancedScore({ ...figures, uptime: 0.99 }, 250) / score).toBeCloseTo(1.04, 2);
  });

  test('tries who is not known before who is slow', () => {
    const known = { price: 0.01, uptime: 1, firstTokenMs: 900, tokensPerSecond: 60 };
    expect(balancedScore({ ...known, firstTokenMs: null, tokensPerSecond: null })).toBeLessThan(balancedScore(known));
  });
});
