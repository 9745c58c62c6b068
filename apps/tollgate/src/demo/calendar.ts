import { dayLabel, monthAround } from '@tollgate/domain';

const HOUR_MS = 3_600_000;

export interface LocalHour {
  /** 0 to 23. */
  readonly hour: number;
  readonly isWeekend: boolean;
  /** Such as `2026-11-22`. */
  readonly day: string;
}

/** Hours and months as the clocks of an organization show them. */
export class LocalCalendar {
  readonly #format: Intl.DateTimeFormat;
  #month = { startsAt: 0, endsAt: 0 };
  #last: { readonly from: number; readonly local: LocalHour } | null = null;

  constructor(private readonly timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', hour: '2-digit', weekday: 'short' });
  }

  /** The hour in which the middle of the 60 minutes from `from` (Unix milliseconds) lies. */
  hourFrom(from: number): LocalHour {
    // all keys of an organization ask for the same hour, one after the other
    if (this.#last?.from !== from) this.#last = { from, local: this.#read(from) };
    return this.#last.local;
  }

  #read(from: number): LocalHour {
    const middle = from + HOUR_MS / 2;
    const parts = this.#format.formatToParts(middle);
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? '';
    return {
      hour: Number(part('hour')),
      isWeekend: ['Sat', 'Sun'].includes(part('weekday')),
      day: dayLabel(middle, this.timeZone),
    };
  }

  /** Unix milliseconds at which the month around an instant begins. */
  monthOf(at: number): number {
    if (at < this.#month.startsAt || at >= this.#month.endsAt) this.#month = monthAround(at, this.timeZone);
    return this.#month.startsAt;
  }
}
