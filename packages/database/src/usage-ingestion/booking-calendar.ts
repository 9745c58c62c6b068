import { dayLabel, monthAround, monthLabel, parsePicos } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';
import type pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';

interface LockedOrganization {
  readonly id: string;
  readonly timeZone: string;
  readonly billingMode: 'prepaid' | 'postpaid';
  /** Picounits of US dollars: how far usage of a prepaid organization may go beyond its credit unnoticed. */
  readonly overdraftLimit: Picos;
  /** Of a demo: what a simulated provider serves is rated like what a real one does. */
  readonly simulated: boolean;
}

type LockedRow = Omit<LockedOrganization, 'overdraftLimit'> & { readonly overdraftLimit: string };

/** An organization that is being booked, locked for this transaction. */
export interface BookedOrganization extends LockedOrganization {
  /** Unix milliseconds by the database's clock. Usage of this transaction is booked at it, in its minute. */
  readonly bookedAt: number;
}

export interface BookingPeriod {
  readonly label: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly open: boolean;
}

export interface BookingTime {
  /** Unix milliseconds: the budget period in which the request occurred. */
  readonly periodStartsAt: number;
  /** The open period that the request is booked into: its own, or the first open one after it. */
  readonly accountingPeriod: string;
  /** Local calendar day of the request. */
  readonly day: string;
}

const LOCK_ORGANIZATIONS = `
  SELECT id, time_zone AS "timeZone", billing_mode AS "billingMode", simulated,
         overdraft_limit AS "overdraftLimit"
  FROM organization WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`;

/**
 * Read under the lock, so that whoever gets the lock next reads a later time. A clock that is set back must not lead into
 * minutes that are sealed.
 */
const READ_CLOCK = `
  SELECT wanted.id, greatest(date_trunc('milliseconds', statement_timestamp()), sealing.sealed_before) AS "bookedAt"
  FROM unnest($1::text[]) AS wanted(id) LEFT JOIN usage_sealing sealing ON sealing.organization_id = wanted.id`;

const LOAD_PERIODS = `
  SELECT organization_id AS "organizationId", label, starts_at AS "startsAt", ends_at AS "endsAt", state = 'open' AS open
  FROM accounting_period WHERE organization_id = ANY($1) AND ends_at > $2 ORDER BY organization_id, starts_at`;

const CREATE_PERIOD = `
  INSERT INTO accounting_period (organization_id, label, starts_at, ends_at) VALUES ($1, $2, $3, $4)`;

/** Zones are offset from UTC by multiples of a quarter of an hour, so that a day's label holds within each quarter. */
const QUARTER_HOUR_MS = 900_000;
const DAY_MS = 86_400_000;
/** The clocks of two zones are 26 hours apart at most. */
const ZONES_APART_MS = 2 * DAY_MS;
/** Looks far enough back that a new period sees the one before it. */
const NEIGHBOURHOOD_MS = 40 * DAY_MS;

/**
 * The accounting periods of the organizations in one batch. A period is created when the first usage falls into it; its
 * bounds are never changed afterwards, so that a new time zone starts with the next period.
 */
export class BookingCalendar {
  readonly #periods = new Map<string, BookingPeriod[]>();
  readonly #days = new Map<string, string>();

  private constructor(
    private readonly client: pg.PoolClient,
    readonly organizations: ReadonlyMap<string, BookedOrganization>,
  ) {}

  /**
   * Locks the organizations, always in the order of their ids, and reads their periods: from `earliest` on (Unix
   * milliseconds), or from when they are booked. Whoever closes a period takes the same lock, so that none is closed while
   * it is being booked into.
   */
  static async open(
    client: pg.PoolClient,
    organizationIds: readonly string[],
    earliest = Number.POSITIVE_INFINITY,
  ): Promise<BookingCalendar> {
    const ids = arrayLiteral(organizationIds);
    const { rows: locked } = await client.query<LockedRow>({
      name: 'lock_organizations',
      text: LOCK_ORGANIZATIONS,
      values: [ids],
    });
    const { rows: clocks } = await client.query<{ id: string; bookedAt: Date }>({
      name: 'read_booking_clock',
      text: READ_CLOCK,
      values: [ids],
    });
    const bookedAt = new Map(clocks.map((row) => [row.id, row.bookedAt.getTime()]));
    const organizations = locked.map((row) => ({
      ...row,
      overdraftLimit: parsePicos(row.overdraftLimit),
      bookedAt: bookedAt.get(row.id) ?? Number.NaN,
    }));
    const calendar = new BookingCalendar(client, new Map(organizations.map((row) => [row.id, row])));
    const from = Math.min(earliest, ...organizations.map((row) => row.bookedAt));
    if (organizations.length > 0) await calendar.#load(ids, from - NEIGHBOURHOOD_MS);
    return calendar;
  }

  async timeOf(organization: BookedOrganization, occurredAt: number): Promise<BookingTime> {
    const own = await this.periodAt(organization, occurredAt);
    return {
      periodStartsAt: own.startsAt,
      accountingPeriod: own.open ? own.label : await this.openPeriodAt(organization, own.endsAt),
      day: this.#dayOf(organization.timeZone, occurredAt),
    };
  }

  /** The period around an instant (Unix milliseconds), or the first open one after it. */
  async openPeriodAt(organization: BookedOrganization, instant: number): Promise<string> {
    let period = await this.periodAt(organization, instant);
    while (!period.open) period = await this.periodAt(organization, period.endsAt);
    return period.label;
  }

  #dayOf(timeZone: string, occurredAt: number): string {
    const key = `${timeZone} ${Math.floor(occurredAt / QUARTER_HOUR_MS)}`;
    const known = this.#days.get(key);
    if (known !== undefined) return known;
    const label = dayLabel(occurredAt, timeZone);
    this.#days.set(key, label);
    return label;
  }

  async #load(organizationIds: string, from: number): Promise<void> {
    type Row = { organizationId: string; label: string; startsAt: Date; endsAt: Date; open: boolean };
    const { rows } = await this.client.query<Row>({
      name: 'load_accounting_periods',
      text: LOAD_PERIODS,
      values: [organizationIds, new Date(from).toISOString()],
    });
    for (const { organizationId, label, startsAt, endsAt, open } of rows) {
      this.#add(organizationId, { label, startsAt: startsAt.getTime(), endsAt: endsAt.getTime(), open });
    }
  }

  #add(organizationId: string, period: BookingPeriod): void {
    const periods = this.#periods.get(organizationId);
    if (periods === undefined) this.#periods.set(organizationId, [period]);
    else periods.push(period);
  }

  async periodAt(organization: BookedOrganization, instant: number): Promise<BookingPeriod> {
    const periods = this.#periods.get(organization.id) ?? [];
    const found = periods.find((period) => period.startsAt <= instant && instant < period.endsAt);
    if (found !== undefined) return found;
    const period = newPeriod(periods, organization.timeZone, instant);
    await this.client.query(CREATE_PERIOD, [
      organization.id,
      period.label,
      new Date(period.startsAt),
      new Date(period.endsAt),
    ]);
    this.#add(organization.id, period);
    return period;
  }
}

/** The calendar month around an instant, cut so that it neither overlaps its neighbours nor leaves a gap to them. */
function newPeriod(periods: readonly BookingPeriod[], timeZone: string, instant: number): BookingPeriod {
  const before = Math.max(...periods.map(({ endsAt }) => endsAt).filter((endsAt) => endsAt <= instant));
  const after = Math.min(...periods.map(({ startsAt }) => startsAt).filter((startsAt) => startsAt > instant));
  let month = monthAround(instant, timeZone);
  let label = monthLabel(instant, timeZone);
  if (periods.some((period) => period.label === label)) {
    // the zone moved west: the local month has its period, which ended by the old zone's clock; the next one begins
    label = monthLabel(month.endsAt, timeZone);
    month = { startsAt: before, endsAt: monthAround(month.endsAt, timeZone).endsAt };
  }
  // a neighbour that ends or begins by another zone's clock, earlier or later: the month reaches to it, and no further
  return {
    label,
    startsAt: month.startsAt - before <= ZONES_APART_MS ? before : month.startsAt,
    endsAt: after - month.endsAt <= ZONES_APART_MS ? after : month.endsAt,
    open: true,
  };
}
