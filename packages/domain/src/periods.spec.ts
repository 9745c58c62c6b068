import { describe, expect, test } from '@jest/globals';

import { dayAround, dayLabel, isTimeZone, monthAround, monthLabel } from './periods.js';

const at = (text: string): number => Date.parse(text);

describe('calendar periods', () => {
  test('a month has the length that the calendar gives it, clock changes included', () => {
    const march = monthAround(at('2026-03-15T12:00:00Z'), 'Europe/Berlin');
    expect(march).toEqual({ startsAt: at('2026-02-28T23:00:00Z'), endsAt: at('2026-03-31T22:00:00Z') });
  });

  test('the local day decides, not the UTC day', () => {
    expect(dayLabel(at('2026-11-30T23:30:00Z'), 'Asia/Tokyo')).toBe('2026-12-01');
    expect(monthLabel(at('2026-11-30T23:30:00Z'), 'Asia/Tokyo')).toBe('2026-12');
    const day = dayAround(at('2026-10-25T12:00:00Z'), 'Europe/Berlin');
    expect(day.endsAt - day.startsAt).toBe(25 * 3_600_000);
  });

  test('bounds are half-open: the end belongs to the next month', () => {
    const { endsAt } = monthAround(at('2026-02-10T00:00:00Z'), 'UTC');
    expect(monthLabel(endsAt - 1, 'UTC')).toBe('2026-02');
    expect(monthLabel(endsAt, 'UTC')).toBe('2026-03');
  });

  test('unknown zones are told apart', () => {
    expect(isTimeZone('America/New_York')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});
