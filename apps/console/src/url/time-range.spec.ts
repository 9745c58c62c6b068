import { describe, expect, test } from '@jest/globals';

import { daysOf, readTimeRange } from './time-range.js';

const NOW = Date.parse('2026-11-22T17:30:00Z');

describe('readTimeRange', () => {
  test('counts whole local days up to today', () => {
    expect(readTimeRange('7d', 'Europe/Berlin', NOW)).toEqual({
      name: '7d',
      from: '2026-11-15T23:00:00.000Z',
      to: '2026-11-22T23:00:00.000Z',
      bucket: 'day',
      previous: { from: '2026-11-08T23:00:00.000Z', to: '2026-11-15T23:00:00.000Z' },
      running: true,
    });
  });

  test('knows that days around a clock change are not 24 hours long', () => {
    const { from, to } = readTimeRange('2026-10-25..2026-10-25', 'Europe/Berlin', NOW);
    expect(Date.parse(to) - Date.parse(from)).toBe(25 * 3_600_000);
  });

  test('cuts a single day in hours, unless it begins in the middle of one', () => {
    expect(readTimeRange('today', 'UTC', NOW).bucket).toBe('hour');
    expect(readTimeRange('today', 'Asia/Kolkata', NOW).bucket).toBe('day');
  });

  test('compares a month with the month before', () => {
    const range = readTimeRange('last-month', 'UTC', NOW);
    expect(range).toMatchObject({ from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', running: false });
    expect(range.previous).toEqual({ from: '2026-09-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' });
  });

  test('reads days that were chosen, at the edge of the world too', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
      const range = readTimeRange('2026-11-01..2026-11-15', zone, NOW);
      expect(daysOf(range, zone)).toEqual({ first: '2026-11-01', last: '2026-11-15' });
    }
  });

  test.each([null, 'nonsense', '2026-11-15..2026-11-01', '2026-99-01..2026-99-02'])('%s is the default', (name) => {
    expect(readTimeRange(name, 'UTC', NOW).name).toBe('7d');
  });
});
