import { monthAround } from '@tollgate/domain';
import type { Period } from '@tollgate/domain';

const HALF_MONTH_MS = 15 * 86_400_000;
const NO_PERIOD: Period = { startsAt: Number.NEGATIVE_INFINITY, endsAt: Number.NEGATIVE_INFINITY };

/**
 * The calendar months that an organization's money counts in: the current one and the one before, which still takes
 * the captures of requests that began in it. Leases last minutes, so that no hold outlives two months. All scopes of
 * the organization share it, and with it the same bounds.
 */
export class OrganizationCalendar {
  #current = NO_PERIOD;
  #previous = NO_PERIOD;

  constructor(public timeZone: string) {}

  /**
   * The month that an instant counts in. Months join without gap or overlap, also when the time zone has changed: the
   * next month then begins where the last one ended. An instant before both months counts in the elder.
   */
  monthAt(at: number): Period {
    if (at >= this.#current.startsAt && at < this.#current.endsAt) return this.#current;
    if (this.#current === NO_PERIOD) {
      this.#current = monthAround(at, this.timeZone);
      this.#previous = monthAround(this.#current.startsAt - 1, this.timeZone);
      return this.#current;
    }
    if (at < this.#current.startsAt) return this.#previous;
    while (at >= this.#current.endsAt) {
      const startsAt = this.#current.endsAt;
      this.#previous = this.#current;
      // asked for by its middle: in another zone than before, its first instant may still lie in the month that ended
      this.#current = { startsAt, endsAt: monthAround(startsAt + HALF_MONTH_MS, this.timeZone).endsAt };
    }
    return this.#current;
  }
}
