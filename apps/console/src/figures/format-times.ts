const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `12 sec. ago`, `3 hr. ago`, `yesterday`, `in 5 days`. */
export function formatAgo(instant: string, now: number): string {
  const distance = Date.parse(instant) - now;
  const size = Math.abs(distance);
  if (size < 5 * SECOND) return 'now';
  if (size < MINUTE) return RELATIVE.format(Math.trunc(distance / SECOND), 'second');
  if (size < HOUR) return RELATIVE.format(Math.trunc(distance / MINUTE), 'minute');
  if (size < DAY) return RELATIVE.format(Math.trunc(distance / HOUR), 'hour');
  if (size < 60 * DAY) return RELATIVE.format(Math.trunc(distance / DAY), 'day');
  return RELATIVE.format(Math.trunc(distance / (30 * DAY)), 'month');
}

/** `22 Nov 2026, 16:03:12 Europe/Berlin`. */
export function formatInstant(instant: string, zone: string): string {
  return `${formatter(zone, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(instant))} ${zone}`;
}

/** The start of a span of time, as short as an axis needs it. */
export function formatBucket(instant: string, zone: string, bucket: 'hour' | 'day' | 'month'): string {
  if (bucket === 'hour') return formatter(zone, { hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
  if (bucket === 'month') return formatter(zone, { month: 'short', year: 'numeric' }).format(new Date(instant));
  return formatter(zone, { day: 'numeric', month: 'short' }).format(new Date(instant));
}

const formatters = new Map<string, Intl.DateTimeFormat>();

// making one costs a hundred times as much as using one
function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([timeZone, options]);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  formatters.set(key, known);
  return known;
}
