import type { UsageEvent } from '@tollgate/domain';
import type pg from 'pg';

import type { LimitScope } from '../generated/enums.js';
import { inTransaction } from '../transaction.js';
import { type CapturedEver, readCaptured } from './read-funding.js';
import { InvalidUsageEvent, readUsageEvent } from '../usage-ingestion/read-usage-event.js';

/** Money that a scope has been charged in one accounting period. */
interface SpendRow {
  readonly organizationId: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  /** Unix milliseconds; the period in which the requests occurred, not in which they were booked. */
  readonly periodStartsAt: number;
  /** Decimal USD. */
  readonly spent: string;
}

/** Bounds that the books have fixed, Unix milliseconds, half-open. */
interface PeriodRow {
  readonly organizationId: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

export interface BookedSpend {
  /** The IANA zone that each organization has now. */
  readonly timeZones: ReadonlyMap<string, string>;
  /** The running accounting periods and the latest that have ended, those of an organization in their order. */
  readonly periods: readonly PeriodRow[];
  /** What is booked in the running periods. */
  readonly spent: readonly SpendRow[];
  /** What first revisions were billed, ever: balances are compared with it. */
  readonly captured: readonly CapturedEver[];
}

/** Some of the usage that was forwarded and is not booked yet: rate it and add it. */
export interface WaitingUsage {
  readonly events: readonly UsageEvent[];
  /** Why others cannot be booked; the worker will put them into quarantine. */
  readonly refused: readonly string[];
}

/** Where {@link loadSpend} puts what it finds; the next page is read when the last one is done with. */
export interface SpendVisitor {
  /** Called first, and once. */
  booked(spend: BookedSpend): Promise<void> | void;
  /** @param client reads as of the same instant. */
  waiting(page: WaitingUsage, client: pg.PoolClient): Promise<void> | void;
}

const TIME_ZONES = 'SELECT id, time_zone AS "timeZone" FROM organization';

const PERIODS = `
  SELECT organization_id AS "organizationId", starts_at AS "startsAt", ends_at AS "endsAt"
  FROM accounting_period WHERE ends_at > $1 ORDER BY organization_id, starts_at`;

const SPENT = `
  SELECT s.organization_id AS "organizationId", s.scope, s.scope_id AS "scopeId", s.spent,
         p.starts_at AS "periodStartsAt"
  FROM budget_spend s
  JOIN accounting_period p ON p.organization_id = s.organization_id AND p.starts_at = s.period_starts_at
  WHERE p.ends_at > $1`;

/** After a crash the journal is forwarded again from its last mark: what is booked already is among the spent. */
const WAITING = `DECLARE waiting_usage NO SCROLL CURSOR FOR SELECT payload FROM usage_inbox i WHERE NOT EXISTS (
    SELECT FROM usage_event e WHERE e.request_id = i.request_id AND e.part = i.part AND e.revision = i.revision)`;

/** A month and a bit: the period that ended last says where the running one begins when that has no usage yet. */
const ENDED_MS = 40 * 86_400_000;
const DEFAULT_PAGE_SIZE = 1_000;

/**
 * What has been spent in the periods that are running at `at` (Unix milliseconds), to seed admission with. Booked and
 * waiting usage are read as of one instant, so that nothing is missed between them; what waits, page by page, because
 * after a long outage it is more than fits into memory.
 */
export async function loadSpend(
  pool: pg.Pool,
  { at, pageSize = DEFAULT_PAGE_SIZE }: { readonly at: number; readonly pageSize?: number },
  visitor: SpendVisitor,
): Promise<void> {
  await inTransaction(pool, 'REPEATABLE READ READ ONLY', async (client) => {
    await visitor.booked(await readBooked(client, at));
    await client.query(WAITING);
    for (;;) {
      const { rows } = await client.query<{ payload: string }>(`FETCH ${pageSize} FROM waiting_usage`);
      if (rows.length === 0) return;
      await visitor.waiting(readPage(rows), client);
    }
  });
}

async function readBooked(client: pg.PoolClient, at: number): Promise<BookedSpend> {
  const zones = await client.query<{ id: string; timeZone: string }>(TIME_ZONES);
  type Period = { organizationId: string; startsAt: Date; endsAt: Date };
  const periods = await client.query<Period>(PERIODS, [new Date(at - ENDED_MS)]);
  type Spent = Omit<SpendRow, 'periodStartsAt'> & { periodStartsAt: Date };
  const spent = await client.query<Spent>(SPENT, [new Date(at)]);
  return {
    timeZones: new Map(zones.rows.map(({ id, timeZone }) => [id, timeZone])),
    periods: periods.rows.map(({ organizationId, startsAt, endsAt }) => ({
      organizationId,
      startsAt: startsAt.getTime(),
      endsAt: endsAt.getTime(),
    })),
    spent: spent.rows.map((row) => ({ ...row, periodStartsAt: row.periodStartsAt.getTime() })),
    captured: await readCaptured(client),
  };
}

function readPage(rows: readonly { readonly payload: string }[]): WaitingUsage {
  const now = Date.now();
  const events: UsageEvent[] = [];
  const refused: string[] = [];
  for (const { payload } of rows) {
    try {
      events.push(readUsageEvent(payload, now));
    } catch (error) {
      if (!(error instanceof InvalidUsageEvent)) throw error;
      refused.push(error.message);
    }
  }
  return { events, refused };
}
