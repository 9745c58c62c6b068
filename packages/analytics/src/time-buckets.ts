import { dayAround, dayLabel, monthAround, monthLabel, type Period } from '@tollgate/domain';
import type { TimeBucket } from '@tollgate/wire';
import { UsageFiguresError } from './usage-analytics.js';

export interface Bucket extends Period {
  readonly label: string;
  /** Whether the whole of it lies within the range and in the past. */
  readonly complete: boolean;
}

interface BucketRange {
  readonly unit: TimeBucket;
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly now: number;
}

const HOUR_MS = 3_600_000;
const MAX_BUCKETS = 2_000;

const UNITS: Readonly<
  Record<TimeBucket, { around(ms: number, zone: string): Period; label(ms: number, zone: string): string }>
> = {
  hour: {
    around: (ms) => ({ startsAt: ms - (ms % HOUR_MS), endsAt: ms - (ms % HOUR_MS) + HOUR_MS }),
    label: (ms) => new Date(ms).toISOString(),
  },
  day: { around: dayAround, label: dayLabel },
  month: { around: monthAround, label: monthLabel },
};

/**
 * The spans of a range, in order, the first and last cut to the range. Days around a clock change are 23 or 25 hours.
 * @throws UsageFiguresError when there are more of them than anybody could look at.
 */
export function bucketsOf({ unit, from, to, zone, now }: BucketRange): Bucket[] {
  const calendar = UNITS[unit];
  const buckets: Bucket[] = [];
  for (let at = from; at < to;) {
    const whole = calendar.around(at, zone);
    if (buckets.length === MAX_BUCKETS) {
      throw new UsageFiguresError('by', `The range holds more than ${MAX_BUCKETS} spans of one ${unit}. Shorten it.`);
    }
    const startsAt = Math.max(whole.startsAt, from);
    const endsAt = Math.min(whole.endsAt, to);
    const complete = startsAt === whole.startsAt && endsAt === whole.endsAt && endsAt <= now;
    buckets.push({ label: calendar.label(at, zone), startsAt, endsAt, complete });
    at = whole.endsAt;
  }
  return buckets;
}
