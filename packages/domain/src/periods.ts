import { Temporal } from 'temporal-polyfill';

/** A half-open span of time `[startsAt, endsAt)` in Unix milliseconds. */
export interface Period {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Whether the runtime knows the IANA time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

const zoned = (ms: number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);

/**
 * The calendar month around an instant in a time zone. Months are not 30 days, and days around a clock change are not
 * 24 hours: only a calendar knows the bounds.
 */
export function monthAround(ms: number, zone: string): Period {
  const start = zoned(ms, zone).with({ day: 1 }).startOfDay();
  return { startsAt: start.epochMilliseconds, endsAt: start.add({ months: 1 }).startOfDay().epochMilliseconds };
}

/** The calendar day around an instant in a time zone. */
export function dayAround(ms: number, zone: string): Period {
  const start = zoned(ms, zone).startOfDay();
  return { startsAt: start.epochMilliseconds, endsAt: start.add({ days: 1 }).startOfDay().epochMilliseconds };
}

/** The local calendar day as `2026-11-22`. */
export function dayLabel(ms: number, zone: string): string {
  return zoned(ms, zone).toPlainDate().toString();
}

/** The accounting period (a calendar month in the organization's zone) as `2026-11`. */
export function monthLabel(ms: number, zone: string): string {
  return zoned(ms, zone).toPlainDate().toPlainYearMonth().toString();
}
