import type { Period } from '@tollgate/domain';

/** The parts of a range that are read from different tables. */
export interface DaysAndHours {
  /** Spans of whole UTC days. */
  readonly days: readonly Period[];
  /** What is left at the edges. */
  readonly hours: readonly Period[];
}

const DAY_MS = 86_400_000;

/**
 * Takes whole UTC days out of spans of time, which are in order. A day that two spans share stays in hours: its sums
 * cannot be told apart. Neighbours become one span, so that there are few of them.
 */
export function cutAtUtcDays(spans: readonly Period[]): DaysAndHours {
  const days: Period[] = [];
  const hours: Period[] = [];
  for (const { startsAt, endsAt } of spans) {
    const first = Math.ceil(startsAt / DAY_MS) * DAY_MS;
    const last = Math.floor(endsAt / DAY_MS) * DAY_MS;
    if (first >= last) {
      append(hours, { startsAt, endsAt });
      continue;
    }
    append(hours, { startsAt, endsAt: first });
    append(days, { startsAt: first, endsAt: last });
    append(hours, { startsAt: last, endsAt });
  }
  return { days, hours };
}

function append(spans: Period[], { startsAt, endsAt }: Period): void {
  if (startsAt === endsAt) return;
  const previous = spans.at(-1);
  if (previous?.endsAt === startsAt) spans[spans.length - 1] = { startsAt: previous.startsAt, endsAt };
  else spans.push({ startsAt, endsAt });
}
