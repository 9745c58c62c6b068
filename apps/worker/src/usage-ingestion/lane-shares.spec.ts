import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { LaneShares } from './lane-shares.js';

describe('LaneShares', () => {
  test('no lane is booked twice at once, and none is forgotten', () => {
    const step = fc.record({ connection: fc.nat(2), turns: fc.constantFrom(2, 3) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 80 }), (steps) => {
        const shares = new LaneShares(16);
        const held = new Map<number, readonly number[]>();
        for (const { connection, turns } of steps) {
          shares.giveBack(held.get(connection) ?? []);
          held.set(connection, []);
          held.set(connection, shares.take(turns));
          const all = [...held.values()].flat();
          expect(new Set(all).size).toBe(all.length);
        }
        for (const lanes of held.values()) shares.giveBack(lanes);
        expect([...shares.take(1)].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, lane) => lane));
      }),
    );
  });

  test('those that have waited longest come first', () => {
    const shares = new LaneShares(4);
    const first = shares.take(2);
    const second = shares.take(2);
    shares.giveBack(second);
    shares.giveBack(first);
    expect([first, second, shares.take(2)]).toEqual([
      [0, 1],
      [2, 3],
      [2, 3],
    ]);
  });
});
