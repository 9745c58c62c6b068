import { dayLabel } from '@tollgate/domain';
import type { DemoFile } from './demo-file.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const OUTAGE_HOURS = 3.4;
const OUTAGE_BEGINS_UTC_HOUR = 13.2;
/** The nights of the runaway are Halden's. */
const RUNAWAY_ZONE = 'Europe/Berlin';

/** What does not happen every day. Instants in Unix milliseconds. */
export interface Incidents {
  /** When most requests to the provider failed. */
  readonly outage: { readonly provider: 'openai'; readonly from: number; readonly until: number };
  /** The local day on whose night a job called itself again and again. */
  readonly runawayDay: string;
  /** The share of a model that has moved to its successor. */
  readonly movedAt: (at: number) => number;
}

/** Where in the demo's days they lie, as a share of all days before the end. */
const OUTAGE_AGO = 0.36;
const RUNAWAY_AGO = 0.2;
const MOVE_BEGINS_AGO = 0.6;
const MOVE_ENDS_AGO = 0.4;

export function incidentsOf({ endsAt, days }: Pick<DemoFile, 'endsAt' | 'days'>): Incidents {
  const before = (share: number): number => endsAt - Math.max(1, Math.round(days * share)) * DAY_MS;
  const outageFrom = workingDay(startOfUtcDay(before(OUTAGE_AGO)), days) + OUTAGE_BEGINS_UTC_HOUR * HOUR_MS;
  const span = days * DAY_MS;
  return {
    outage: { provider: 'openai', from: outageFrom, until: outageFrom + OUTAGE_HOURS * HOUR_MS },
    runawayDay: dayLabel(before(RUNAWAY_AGO), RUNAWAY_ZONE),
    movedAt: (at) => {
      const ago = (endsAt - at) / span;
      return Math.min(1, Math.max(0, (MOVE_BEGINS_AGO - ago) / (MOVE_BEGINS_AGO - MOVE_ENDS_AGO)));
    },
  };
}

const startOfUtcDay = (at: number): number => at - (at % DAY_MS);

/** The Friday before, where the day is one of a weekend and the demo has as many days. */
function workingDay(day: number, days: number): number {
  const weekday = new Date(day).getUTCDay();
  if (days < 7) return day;
  return day - (weekday === 6 ? DAY_MS : weekday === 0 ? 2 * DAY_MS : 0);
}
