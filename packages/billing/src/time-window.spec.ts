import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { minuteOfDay, parseTimeWindow, windowContains, windowsOverlap } from './time-window.js';
import type { TimeWindow } from './time-window.js';

const DAY_MS = 86_400_000;
const minute = fc.integer({ min: 0, max: 1_439 });
const window: fc.Arbitrary<TimeWindow> = fc
  .record({ start: minute, end: minute })
  .filter(({ start, end }) => start !== end);
const minutesOf = (it: TimeWindow): number[] =>
  Array.from({ length: 1_440 }, (_, at) => at).filter((at) => windowContains(it, at));

describe('time window', () => {
  test.each([
    ['08:30-16:00', { start: 510, end: 960 }],
    ['16:30-00:30', { start: 990, end: 30 }],
    ['16:30-24:00', { start: 990, end: 1_440 }],
    ['*', null],
  ])('%s is read', (text, expected) => expect(parseTimeWindow(text)).toEqual(expected));

  test.each(['', '8:30-16:00', '08:60-09:00', '24:00-01:00', '01:00-24:01', '10:00-10:00', '08:30-16:00Z'])(
    '%j is refused',
    (text) => {
      expect(() => parseTimeWindow(text)).toThrow(RangeError);
    },
  );

  test('the start belongs to the window, the end does not', () => {
    const night = { start: 22 * 60, end: 2 * 60 };
    expect([22 * 60 - 1, 22 * 60, 0, 2 * 60 - 1, 2 * 60].map((at) => windowContains(night, at))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  test('a window and its complement cover the day once', () => {
    fc.assert(
      fc.property(window, minute, (it, at) => {
        expect(windowContains(it, at)).not.toBe(windowContains({ start: it.end, end: it.start }, at));
      }),
      { numRuns: 2_000 },
    );
  });

  test('windows overlap exactly when they share a minute', () => {
    fc.assert(
      fc.property(window, window, (a, b) => {
        const inB = new Set(minutesOf(b));
        expect(windowsOverlap(a, b)).toBe(minutesOf(a).some((at) => inB.has(at)));
      }),
      { numRuns: 200 },
    );
  });

  test('every day of the year has the same minutes, also where clocks change', () => {
    fc.assert(
      fc.property(fc.nat(40_000), fc.integer({ min: 0, max: DAY_MS - 1 }), (day, ms) => {
        expect(minuteOfDay(day * DAY_MS + ms)).toBe(Math.floor(ms / 60_000));
      }),
      { numRuns: 2_000 },
    );
  });
});
