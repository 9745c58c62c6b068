import type { Rhythm } from './cast.js';
import { LocalCalendar, type LocalHour } from './calendar.js';
import { dayAround } from '@tollgate/domain';
import { startOfHistory, type DemoFile } from './demo-file.js';
import type { CastKey, CastOrganization } from './demo-world.js';
import type { Incidents } from './incidents.js';
import { Random } from './random.js';

const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** Within which an organization grows by its own factor. */
const GROWTH_DAYS = 30;
const DAILY_NOISE = 0.1;

/** Weight of each hour of the day, by the clocks of the organization. */
const HOURS: Readonly<Record<Rhythm, readonly number[]>> = {
  office: [0, 0, 0, 0, 0, 0.1, 0.4, 1.5, 5, 8, 9, 8.5, 6, 7.5, 9, 8.5, 7, 4.5, 2, 1, 0.7, 0.5, 0.3, 0.1],
  visitors: [
    1.6, 0.9, 0.6, 0.4, 0.4, 0.6, 1.4, 2.8, 4.2, 5.2, 5.6, 5.6, 5.2, 5, 5, 4.9, 4.8, 5, 5.6, 6.4, 6.8, 6, 4.2, 2.6,
  ],
  night: [0, 3, 9, 10, 8, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  always: Array.from({ length: 24 }, () => 1),
};
const WEEKEND: Readonly<Record<Rhythm, number>> = { office: 0.1, visitors: 0.62, night: 0.9, always: 1 };

/** The runaway: how often it calls itself, until somebody looks at it in the morning. */
const RUNAWAY_HOURS: Readonly<Record<number, number>> = { 2: 420, 3: 640, 4: 300, 5: 120, 6: 60 };

/** How many requests each key sends in each hour. The same whenever it is asked. */
export class TrafficPlan {
  readonly #calendar: LocalCalendar;
  /** Midnight of the first day, so that a console that shows as many days has nothing of the time before. */
  readonly #begins: number;

  constructor(
    private readonly organization: CastOrganization,
    private readonly demo: DemoFile,
    private readonly incidents: Incidents,
  ) {
    const { timeZone } = organization.cast;
    this.#calendar = new LocalCalendar(timeZone);
    this.#begins = dayAround(startOfHistory(demo) + DAY_MS, timeZone).startsAt;
  }

  localHour(from: number): LocalHour {
    return this.#calendar.hourFrom(from);
  }

  /** Whether the key is out of hand in this hour. */
  isRunaway({ cast }: CastKey, { hour, day }: LocalHour): boolean {
    return cast.runsAway === true && day === this.incidents.runawayDay && RUNAWAY_HOURS[hour] !== undefined;
  }

  /** Requests of the key in the hour that begins at `from` (Unix milliseconds). */
  requestsIn(key: CastKey, from: number): number {
    if (from < Math.max(key.usableFrom, this.#begins) || from + HOUR_MS > key.usableUntil) return 0;
    const local = this.localHour(from);
    const random = new Random(`${this.demo.seed} plan ${key.cast.name} ${local.day} ${local.hour}`);
    if (this.isRunaway(key, local)) return random.poisson(RUNAWAY_HOURS[local.hour] ?? 0);
    const { rhythm, requestsPerDay } = key.cast;
    const hours = HOURS[rhythm];
    const share = (hours[local.hour] ?? 0) / hours.reduce((sum, weight) => sum + weight, 0);
    const weekday = local.isWeekend ? WEEKEND[rhythm] : 1;
    return random.poisson(requestsPerDay * share * weekday * this.#growthAt(from) * this.#dayFactor(local.day));
  }

  #growthAt(at: number): number {
    return this.organization.cast.growth ** ((at - this.demo.endsAt) / (GROWTH_DAYS * DAY_MS));
  }

  #dayFactor(day: string): number {
    return new Random(`${this.demo.seed} day ${this.organization.cast.slug} ${day}`).logNormal(1, DAILY_NOISE);
  }
}
