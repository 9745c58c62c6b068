import { describe, expect, test } from '@jest/globals';
import { bucketsOf } from './time-buckets.js';
import { UsageFiguresError } from './usage-analytics.js';

const HOUR_MS = 3_600_000;
const range = (from: string, to: string, zone = 'UTC') => ({
  from: Date.parse(from),
  to: Date.parse(to),
  zone,
  now: Date.parse('2026-11-15T12:00:00Z'),
});

describe('bucketsOf', () => {
  test('cuts days at local midnights, 23 and 25 hours long around clock changes', () => {
    const spring = bucketsOf({
      unit: 'day',
      ...range('2026-03-28T23:00:00Z', '2026-03-30T22:00:00Z', 'Europe/Berlin'),
    });
    expect(spring.map(({ label }) => label)).toEqual(['2026-03-29', '2026-03-30']);
    expect(spring.map(({ startsAt, endsAt }) => (endsAt - startsAt) / HOUR_MS)).toEqual([23, 24]);
    const autumn = bucketsOf({
      unit: 'day',
      ...range('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 'Europe/Berlin'),
    });
    expect(autumn.map(({ startsAt, endsAt }) => (endsAt - startsAt) / HOUR_MS)).toEqual([25]);
  });

  test('cuts the first and the last to the range, and says so', () => {
    const months = bucketsOf({ unit: 'month', ...range('2026-09-15T00:00:00Z', '2026-12-01T00:00:00Z') });
    expect(months.map(({ label, complete }) => [label, complete])).toEqual([
      ['2026-09', false],
      ['2026-10', true],
      ['2026-11', false],
    ]);
    expect(months[0]?.startsAt).toBe(Date.parse('2026-09-15T00:00:00Z'));
  });

  test('covers the range without gaps', () => {
    const { from, to, ...rest } = range('2026-01-01T05:00:00Z', '2026-01-03T07:00:00Z', 'Asia/Tokyo');
    const hours = bucketsOf({ unit: 'hour', from, to, ...rest });
    expect(hours).toHaveLength(50);
    hours.forEach(({ startsAt, endsAt }, index) => {
      expect(startsAt).toBe(hours[index - 1]?.endsAt ?? from);
      if (index === hours.length - 1) expect(endsAt).toBe(to);
    });
  });

  test('refuses more than anybody could look at', () => {
    expect(() => bucketsOf({ unit: 'hour', ...range('2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z') })).toThrow(
      UsageFiguresError,
    );
  });
});
