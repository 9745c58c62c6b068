import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { divideHalfEven, formatPicos, parsePicos, picosToNanosUp } from './money.js';

describe('money', () => {
  test('a decimal string survives the trip through picounits', () => {
    fc.assert(fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), (picos) => parsePicos(formatPicos(picos)) === picos));
  });

  test.each([
    ['1', 1_000_000_000_000n],
    ['0.000000000001', 1n],
    ['-0.5', -500_000_000_000n],
  ])('%s is %s picounits', (text, picos) => expect(parsePicos(text)).toBe(picos));

  test.each(['', '1e3', '0.0000000000001', '1,5', ' 1', '.5', '--1'])('%j is refused', (text) => {
    expect(() => parsePicos(text)).toThrow(RangeError);
  });

  test('division is the nearest integer, ties to even', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.bigInt(1n, 10n ** 12n), (dividend, divisor) => {
        const error = divideHalfEven(dividend, divisor) * divisor - dividend;
        const distance = (error < 0n ? -error : error) * 2n;
        expect(distance <= divisor).toBe(true);
        if (distance === divisor) expect(divideHalfEven(dividend, divisor) % 2n).toBe(0n);
      }),
    );
  });

  test('nanounits are never less than the picounits they stand for', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 24n), (picos) => {
        const rest = picosToNanosUp(picos) * 1000n - picos;
        expect(rest >= 0n && rest < 1000n).toBe(true);
      }),
    );
  });
});
