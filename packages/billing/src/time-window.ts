import { ANY } from './price.js';

const MINUTES_PER_DAY = 1_440;
const MS_PER_MINUTE = 60_000;
const WINDOW_PATTERN = /^(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)$/;

/** Minutes after midnight UTC, `[start, end)`; `start > end` wraps midnight. UTC has no clock changes. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a price's time window; `null` is the whole day.
 * @throws RangeError when the text is neither `'*'` nor `'HH:MM-HH:MM'` with two different ends.
 */
export function parseTimeWindow(text: string): TimeWindow | null {
  if (text === ANY) return null;
  const match = WINDOW_PATTERN.exec(text);
  if (match !== null) {
    const start = Number(match[1]) * 60 + Number(match[2]);
    const end = Number(match[3]) * 60 + Number(match[4]);
    if (start < MINUTES_PER_DAY && end <= MINUTES_PER_DAY && start !== end) return { start, end };
  }
  throw new RangeError(`not a time window: ${JSON.stringify(text.slice(0, 40))}`);
}

/** Minutes after midnight UTC at an instant in Unix milliseconds, from 1970 on. */
export function minuteOfDay(ms: number): number {
  return Math.floor(ms / MS_PER_MINUTE) % MINUTES_PER_DAY;
}

/** Whether the minute of the day lies in the window. */
export function windowContains(window: TimeWindow, minute: number): boolean {
  if (window.start < window.end) return minute >= window.start && minute < window.end;
  return minute >= window.start || minute < window.end;
}

/** Whether two windows share a minute: then one of them begins inside the other. */
export function windowsOverlap(a: TimeWindow, b: TimeWindow): boolean {
  return windowContains(a, b.start) || windowContains(b, a.start);
}
