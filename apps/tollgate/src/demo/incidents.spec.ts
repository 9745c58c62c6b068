import { describe, expect, it } from '@jest/globals';
import { dayAround, dayLabel } from '@tollgate/domain';
import { incidentsOf } from './incidents.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONDAY = Date.UTC(2026, 10, 2);

describe('incidentsOf', () => {
  it.each([3, 4, 7, 30])('lie within %d days, at whatever hour of the week they end', (days) => {
    for (let endsAt = MONDAY; endsAt < MONDAY + 7 * DAY_MS; endsAt += HOUR_MS) {
      const { outage, runawayDay, movedAt } = incidentsOf({ endsAt, days });
      const begins = dayAround(endsAt - (days - 1) * DAY_MS, 'Europe/Berlin').startsAt;
      expect(outage.from).toBeGreaterThan(begins);
      expect(outage.until).toBeLessThan(endsAt);
      expect(runawayDay >= dayLabel(begins, 'Europe/Berlin')).toBe(true);
      expect(runawayDay < dayLabel(endsAt, 'Europe/Berlin')).toBe(true);
      expect([movedAt(begins), movedAt(endsAt)]).toEqual([0, 1]);
    }
  });
});
