import { dayAround, dayLabel, monthAround, type Period } from '@tollgate/domain';

export const RANGES = ['today', '7d', '30d', '90d', 'month', 'last-month'] as const;
type RangeName = (typeof RANGES)[number];
const DEFAULT_RANGE: RangeName = '7d';

const HOUR_MS = 3_600_000;
const DAYS: Partial<Record<RangeName, number>> = { today: 1, '7d': 7, '30d': 30, '90d': 90 };
const CUSTOM = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/;

/** A half-open span of whole local days, and the one before it to compare with. */
export interface TimeRange {
  /** One of {@link RANGES}, or `2026-11-01..2026-11-15`. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly bucket: 'hour' | 'day';
  readonly previous: { readonly from: string; readonly to: string };
  /** Whether its end has not come yet, so that the last bucket is still filling. */
  readonly running: boolean;
}

/** @param name from the URL: whatever is not a range is the default one */
export function readTimeRange(name: string | null, zone: string, now: number): TimeRange {
  const custom = CUSTOM.exec(name ?? '');
  const period = custom === null ? null : customPeriod(custom[1] ?? '', custom[2] ?? '', zone);
  if (name !== null && period !== null) return compose(name, period, { zone, now });
  const known = RANGES.find((range) => range === name) ?? DEFAULT_RANGE;
  return compose(known, namedPeriod(known, zone, now), { zone, now });
}

/** First and last day of the range as an input of dates shows them. */
export function daysOf(range: TimeRange, zone: string): { readonly first: string; readonly last: string } {
  return { first: dayLabel(Date.parse(range.from), zone), last: dayLabel(Date.parse(range.to) - 1, zone) };
}

function namedPeriod(name: RangeName, zone: string, now: number): Period {
  if (name === 'month') return monthAround(now, zone);
  if (name === 'last-month') return monthAround(monthAround(now, zone).startsAt - 1, zone);
  const today = dayAround(now, zone);
  return { startsAt: daysBefore(today.startsAt, (DAYS[name] ?? 1) - 1, zone), endsAt: today.endsAt };
}

function customPeriod(first: string, last: string, zone: string): Period | null {
  const startsAt = startOfDay(first, zone);
  const endsAt = startOfDay(last, zone);
  if (startsAt === null || endsAt === null || endsAt < startsAt) return null;
  return { startsAt, endsAt: dayAround(endsAt, zone).endsAt };
}

/** When the day begins in the zone; null when there is no such day. Noon of UTC is the next day in zones far in the east. */
export function startOfDay(label: string, zone: string): number | null {
  const noon = Date.parse(`${label}T12:00:00Z`);
  if (Number.isNaN(noon)) return null;
  const candidates = [noon, noon - 24 * HOUR_MS, noon + 24 * HOUR_MS];
  const match = candidates.find((instant) => dayLabel(instant, zone) === label);
  return match === undefined ? null : dayAround(match, zone).startsAt;
}

interface Clock {
  readonly zone: string;
  readonly now: number;
}

function compose(name: string, { startsAt, endsAt }: Period, { zone, now }: Clock): TimeRange {
  const days = Math.max(1, Math.round((endsAt - startsAt) / (24 * HOUR_MS)));
  const byMonth = name === 'month' || name === 'last-month';
  const before = byMonth ? monthAround(startsAt - 1, zone).startsAt : daysBefore(startsAt, days, zone);
  return {
    name,
    from: new Date(startsAt).toISOString(),
    to: new Date(endsAt).toISOString(),
    bucket: days === 1 && startsAt % HOUR_MS === 0 ? 'hour' : 'day',
    previous: { from: new Date(before).toISOString(), to: new Date(startsAt).toISOString() },
    running: endsAt > now,
  };
}

/** Local midnight so many days earlier. Days around a clock change are not 24 hours long. */
function daysBefore(startOfDay: number, days: number, zone: string): number {
  let start = startOfDay;
  for (let i = 0; i < days; i++) start = dayAround(start - 1, zone).startsAt;
  return start;
}
