import { monthAround } from '@tollgate/domain';
import type { Period } from '@tollgate/domain';

const HALF_MONTH_MS = 15 * 86_400_000;
const NO_PERIOD: Period = { startsAt: Number.NEGATIVE_INFINITY, endsAt: Number.NEGATIVE_INFINITY };

interface Months {
  readonly current: Period;
  readonly previous: Period;
}

/**
 * The calendar months that an organization's money counts in: the current one and the one before, which still takes
 * the captures of requests that began in it. Leases last minutes, so that no hold outlives two months. All scopes of
 * the organization share it, and with it the same bounds.
 *
 * It follows the rule of the books: the bounds of a month are fixed when something counts in it for the first time, in
 * the time zone of that moment, and the next month begins where it ends.
 */
export class OrganizationCalendar {
  #current = NO_PERIOD;
  #previous = NO_PERIOD;

  constructor(public timeZone: string) {}

  /**
   * The month that an instant counts in; its bounds are fixed from now on. Months join without gap or overlap, also
   * when the time zone has changed. An instant before both months counts in the elder.
   */
  monthAt(at: number): Period {
    if (at >= this.#current.startsAt && at < this.#current.endsAt) return this.#current;
    const { current, previous } = this.#monthsUpTo(at);
    this.#current = current;
    this.#previous = previous;
    return at < current.startsAt ? previous : current;
  }

  /** The month that an instant would count in now. Looking fixes nothing: the time zone may still change before. */
  boundsAt(at: number): Period {
    const { current, previous } = this.#monthsUpTo(at);
    return at < current.startsAt ? previous : current;
  }

  /** Takes over a month whose bounds the books have fixed, unless months up to it are fixed here already. */
  adopt(period: Period): void {
    if (period.startsAt < this.#current.endsAt) return;
    this.#previous = period.startsAt === this.#current.endsAt ? this.#current : this.#monthBefore(period);
    this.#current = period;
  }

  #monthsUpTo(at: number): Months {
    let current = this.#current;
    let previous = this.#previous;
    if (current === NO_PERIOD) {
      current = monthAround(at, this.timeZone);
      previous = this.#monthBefore(current);
    }
    while (at >= current.endsAt) {
      const startsAt = current.endsAt;
      previous = current;
      // asked for by its middle: in another zone than before, its first instant may still lie in the month that ended
      current = { startsAt, endsAt: monthAround(startsAt + HALF_MONTH_MS, this.timeZone).endsAt };
    }
    return { current, previous };
  }

  #monthBefore({ startsAt }: Period): Period {
    return { startsAt: monthAround(startsAt - 1, this.timeZone).startsAt, endsAt: startsAt };
  }
}
