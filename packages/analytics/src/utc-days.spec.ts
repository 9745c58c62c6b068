import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutAtUtcDays } from './utc-days.js';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(`2026-11-${text}:00Z`);
const span = (from: string, to: string) => ({ startsAt: at(from), endsAt: at(to) });

describe('cutAtUtcDays', () => {
  test('leaves the hours at the edges', () => {
    expect(cutAtUtcDays([span('01T23:00', '05T02:00')])).toEqual({
      days: [span('02T00:00', '05T00:00')],
      hours: [span('01T23:00', '02T00:00'), span('05T00:00', '05T02:00')],
    });
  });

  test('joins neighbours', () => {
    expect(cutAtUtcDays([span('02T00:00', '03T00:00'), span('03T00:00', '04T00:00')])).toEqual({
      days: [span('02T00:00', '04T00:00')],
      hours: [],
    });
  });

  test('leaves days that spans share in hours', () => {
    expect(cutAtUtcDays([span('01T23:00', '02T23:00'), span('02T23:00', '03T23:00')])).toEqual({
      days: [],
      hours: [span('01T23:00', '03T23:00')],
    });
  });

  test('covers each hour of the spans once, and no day of two spans', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), lengths, (start, hours) => {
        let startsAt = at('01T00:00') + start * HOUR_MS;
        const spans = hours.map((length) => ({ startsAt, endsAt: (startsAt += length * HOUR_MS) }));
        const cut = cutAtUtcDays(spans);
        const hoursOf = (parts: readonly { startsAt: number; endsAt: number }[]): number[] =>
          parts.flatMap((part) =>
            Array.from({ length: (part.endsAt - part.startsAt) / HOUR_MS }, (_, i) => part.startsAt + i * HOUR_MS),
          );
        expect([...hoursOf(cut.days), ...hoursOf(cut.hours)].sort((a, b) => a - b)).toEqual(hoursOf(spans));
        const bounds = spans.slice(1).map((each) => each.startsAt);
        for (const bound of bounds.filter((each) => each % (24 * HOUR_MS) !== 0)) {
          expect(cut.days.some((day) => day.startsAt < bound && bound < day.endsAt)).toBe(false);
        }
      }),
    );
  });
});
