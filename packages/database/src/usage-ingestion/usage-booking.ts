import { formatPicos } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import pg from 'pg';

import { copyRows } from '../bulk-copy.js';
import { arrayLiteral } from '../columnar-insert.js';
import { loadFunds } from '../funding/load-funds.js';
import { writeGrantBalances } from '../funding/use-grants.js';
import { monthText } from '../usage-tables/instant-texts.js';
import { quarantineUsage } from '../usage-tables/usage-quarantine.js';
import type { QuarantinedPayload } from '../usage-tables/usage-quarantine.js';
import { addToAccruals } from './accruals.js';
import { bookEvent, capturedDifferently } from './booked-event.js';
import type { BookedEvent } from './booked-event.js';
import { BookingCalendar } from './booking-calendar.js';
import { findCorrected } from './corrected-usage.js';
import type { CorrectedEvent } from './corrected-usage.js';
import { addToCaptured, ALLOCATION_COLUMNS, allocationsOf, EventFunding } from './funded-event.js';
import type { FundedEvent } from './funded-event.js';
import type { IngestionReport } from './ingestion-report.js';
import { lateTruths } from './late-truths.js';
import type { PriceSnapshotsCache } from './price-snapshots-cache.js';
import type { RatedEvent } from './rated-event.js';
import { InvalidUsageEvent, readUsageEvent } from './read-usage-event.js';
import { addToRollups, ORGANIZATION_ROLLUPS, SHARED_ROLLUPS } from './rollups.js';
import { addToSpend } from './spend.js';
import { contributionOf } from './usage-contribution.js';
import type { UsageContribution } from './usage-contribution.js';
import { EVENT_COLUMNS, LINE_COLUMNS } from './usage-event-columns.js';
import { eventKey, reviewUsage } from './usage-reviews.js';
import { addToWatchedSpend } from './watched-spend.js';

/** A row of the inbox. */
export interface ClaimedEvent {
  readonly request_id: string;
  readonly part: number;
  readonly revision: number;
  readonly payload: string;
}

/** Usage falls into months that have no partition yet; they must be made outside of the transaction. */
export class MissingPartitions extends Error {
  override readonly name = 'MissingPartitions';
  constructor(readonly months: readonly string[]) {
    super(`no partition for ${months.join(', ')}`);
  }
}

interface Booking {
  readonly prices: PriceSnapshotsCache;
  readonly hasPartition: (month: string) => boolean;
}

interface ReadEvent {
  readonly payload: string;
  readonly event: UsageEvent;
}

/**
 * Books claimed events within the caller's transaction: what cannot be booked goes to the quarantine, everything else
 * into events, rated lines, rollups, budgets and accruals. Only rows that were really inserted are added up, so that an
 * event that comes twice counts once; the truth behind an estimate that was booked for it counts as its correction.
 */
export async function bookClaimed(
  client: pg.PoolClient,
  claimed: readonly ClaimedEvent[],
  booking: Booking,
): Promise<IngestionReport> {
  const refused: QuarantinedPayload[] = [];
  const read = readClaimed(claimed, refused);
  requirePartitions(read, booking.hasPartition);
  const { rated, calendar } = await rateEvents(client, { read, refused, prices: booking.prices });
  const funds = await loadFunds(client, calendar, fundsFor(rated));
  const funding = new EventFunding(funds);
  const booked: FundedEvent[] = [];
  const contributions: UsageContribution[] = [];
  const corrected = new Map<string, CorrectedEvent>();
  const insert = async (revision: number, events: readonly RatedEvent[]): Promise<void> => {
    const inserted = await insertRevision(client, { revision, events, refused, funding, prices: booking.prices });
    booked.push(...inserted.booked);
    contributions.push(...inserted.contributions);
    for (const [key, before] of inserted.corrected) corrected.set(key, before);
  };
  const first = rated.filter(({ booked: { event } }) => event.revision === 0);
  await insert(0, first);
  const truths = booked.length < first.length ? await lateTruths(client, without(first, booked)) : [];
  const later = [...rated.filter(({ booked: { event } }) => event.revision > 0), ...truths];
  for (const [revision, events] of byRevision(later)) await insert(revision, events);
  await addToRollups(client, ORGANIZATION_ROLLUPS, contributions);
  await addToWatchedSpend(client, contributions);
  await addToSpend(client, contributions);
  await addToAccruals(client, { contributions, allocations: allocationsOf(booked), calendar });
  await reviewUsage(client, { booked, corrected, funds });
  await addToCaptured(client, booked);
  await writeGrantBalances(client, funds.values());
  await quarantineUsage(client, refused);
  await addToRollups(client, SHARED_ROLLUPS, contributions);
  return {
    claimed: claimed.length,
    booked: booked.length,
    duplicates: claimed.length - booked.length - refused.length,
    quarantined: refused.length,
    unpriced: booked.filter(({ ratingState }) => ratingState === 'unpriced').length,
    ratingMismatches: booked.filter(isMismatch).map(({ event, billedCost }) => ({
      requestId: event.requestId,
      captured: event.capturedCost ?? '',
      booked: formatPicos(billedCost),
    })),
  };
}

/** A correction states the usage anew; what was captured then is no measure of it. */
const isMismatch = (booked: FundedEvent): boolean => booked.event.revision === 0 && capturedDifferently(booked);

function readClaimed(claimed: readonly ClaimedEvent[], refused: QuarantinedPayload[]): ReadEvent[] {
  const now = Date.now();
  const read: ReadEvent[] = [];
  for (const row of claimed) {
    try {
      const event = readUsageEvent(row.payload, now);
      if (event.requestId !== row.request_id || event.part !== row.part || event.revision !== row.revision) {
        throw new InvalidUsageEvent('the inbox files it under another key');
      }
      read.push({ payload: row.payload, event });
    } catch (error) {
      if (!(error instanceof InvalidUsageEvent)) throw error;
      refused.push({ payload: row.payload, reason: error.message });
    }
  }
  // in the order in which they occurred; a UUIDv7 sorts by its instant
  return read.sort((a, b) => (a.event.requestId < b.event.requestId ? -1 : 1));
}

function requirePartitions(read: readonly ReadEvent[], hasPartition: (month: string) => boolean): void {
  const months = new Set(read.map(({ event }) => monthText(event.occurredAt)));
  const missing = [...months].filter((month) => !hasPartition(month));
  if (missing.length > 0) throw new MissingPartitions(missing);
}

interface Rateable {
  readonly read: readonly ReadEvent[];
  readonly refused: QuarantinedPayload[];
  readonly prices: PriceSnapshotsCache;
}

interface RatedBatch {
  readonly rated: readonly RatedEvent[];
  readonly calendar: BookingCalendar;
}

async function rateEvents(client: pg.PoolClient, { read, refused, prices }: Rateable): Promise<RatedBatch> {
  const organizationIds = [...new Set(read.map(({ event }) => event.organizationId))].sort();
  const earliest = Math.min(...read.map(({ event }) => event.occurredAt));
  const calendar = await BookingCalendar.open(client, organizationIds, earliest);
  const rated: RatedEvent[] = [];
  for (const { payload, event } of read) {
    const refuse = (reason: string): number => refused.push({ payload, reason });
    const organization = calendar.organizations.get(event.organizationId);
    if (organization === undefined) {
      refuse('there is no such organization');
      continue;
    }
    const { priceSnapshotId } = event;
    const snapshot = priceSnapshotId === null ? null : await prices.get(client, priceSnapshotId);
    if (snapshot === undefined) {
      refuse('there is no such price snapshot');
      continue;
    }
    const time = await calendar.timeOf(organization, event.occurredAt);
    try {
      rated.push({ payload, booked: bookEvent(event, { organization, time, prices: snapshot }) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refuse(`cannot be rated: ${error.message}`);
    }
  }
  return { rated, calendar };
}

/** Grants are wanted by whoever is charged, or corrected: also by what is free and turns out to be a late truth. */
function fundsFor(rated: readonly RatedEvent[]) {
  return {
    organizationIds: [...new Set(rated.map(({ booked }) => booked.organization.id))].sort(),
    since: Math.min(...rated.map(({ booked }) => booked.event.occurredAt), Date.now()),
  };
}

function without(rated: readonly RatedEvent[], booked: readonly FundedEvent[]): RatedEvent[] {
  const keys = new Set(booked.map(eventKey));
  return rated.filter((each) => !keys.has(eventKey(each.booked)));
}

/** The lowest revision first: one may correct the other. */
function byRevision(rated: readonly RatedEvent[]): [number, RatedEvent[]][] {
  return [...Map.groupBy(rated, ({ booked }) => booked.event.revision)].sort(([a], [b]) => a - b);
}

interface Revision {
  readonly revision: number;
  readonly events: readonly RatedEvent[];
  readonly refused: QuarantinedPayload[];
  readonly funding: EventFunding;
  readonly prices: PriceSnapshotsCache;
}

interface InsertedRevision {
  readonly booked: readonly FundedEvent[];
  readonly contributions: readonly UsageContribution[];
  /** What has been corrected, by the correction. */
  readonly corrected: ReadonlyMap<string, CorrectedEvent>;
}

async function insertRevision(
  client: pg.PoolClient,
  { revision, events, refused, funding, prices }: Revision,
): Promise<InsertedRevision> {
  const all = events.map(({ booked }) => booked);
  if (revision === 0) {
    const booked = await insertEvents(client, all, funding);
    return { booked, contributions: booked.map(contributionOf), corrected: new Map() };
  }
  const { ready, orphaned, corrected } = await findCorrected(client, all, prices);
  for (const { payload, booked } of events) {
    if (orphaned.includes(booked)) refused.push({ payload, reason: 'what it corrects has not been booked' });
  }
  await funding.learnCorrections(client, ready, corrected);
  const booked = await insertEvents(client, ready, funding);
  const before = new Map([...corrected].map(([correction, predecessor]) => [eventKey(correction), predecessor]));
  const contributions = booked.flatMap((correction) => {
    const predecessor = before.get(eventKey(correction));
    return predecessor === undefined
      ? [contributionOf(correction)]
      : [predecessor.contribution, contributionOf(correction)];
  });
  return { booked, contributions, corrected: before };
}

/**
 * Inserts events with their rated lines and what pays for them. Returns those that had not been there before: only they
 * take anything from grants.
 */
async function insertEvents(
  client: pg.PoolClient,
  events: readonly BookedEvent[],
  funding: EventFunding,
): Promise<readonly FundedEvent[]> {
  let fresh = events;
  while (fresh.length > 0) {
    const forget = funding.remember();
    const funded = funding.fund(fresh);
    const refusal = await copyEvents(client, funded);
    if (refusal === null) {
      await copyPartsOf(client, funded);
      return funded;
    }
    forget();
    const left = await withoutBooked(client, fresh);
    if (left.length === fresh.length) throw refusal;
    fresh = left;
  }
  return [];
}

async function copyPartsOf(client: pg.PoolClient, events: readonly FundedEvent[]): Promise<void> {
  const lines = events.flatMap((booked) => booked.lines.map((line, index) => ({ booked, index, line })));
  if (lines.length > 0) await copyRows(client, 'rated_line', { columns: LINE_COLUMNS, rows: lines });
  const allocations = allocationsOf(events);
  if (allocations.length === 0) return;
  await copyRows(client, 'grant_allocation', { columns: ALLOCATION_COLUMNS, rows: allocations });
}

const UNIQUE_VIOLATION = '23505';

/** Answers the refusal when one of the events had been there before; nothing has been inserted then. */
async function copyEvents(client: pg.PoolClient, events: readonly FundedEvent[]): Promise<pg.DatabaseError | null> {
  await client.query('SAVEPOINT events');
  try {
    await copyRows(client, 'usage_event', { columns: EVENT_COLUMNS, rows: events });
    await client.query('RELEASE SAVEPOINT events');
    return null;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
    await client.query('ROLLBACK TO SAVEPOINT events');
    return error;
  }
}

const BOOKED = `
  SELECT e.request_id, e.part, e.revision
  FROM unnest($1::uuid[], $2::smallint[], $3::smallint[]) AS wanted(request_id, part, revision)
  JOIN usage_event e USING (request_id, part, revision)`;

/** Of batches with events that were sent twice, as after a crash: those that are not there yet. */
async function withoutBooked(client: pg.PoolClient, events: readonly BookedEvent[]): Promise<BookedEvent[]> {
  const { rows } = await client.query<Omit<ClaimedEvent, 'payload'>>(BOOKED, [
    arrayLiteral(events.map(({ event }) => event.requestId)),
    arrayLiteral(events.map(({ event }) => event.part)),
    arrayLiteral(events.map(({ event }) => event.revision)),
  ]);
  const booked = new Set(rows.map((row) => `${row.request_id} ${row.part} ${row.revision}`));
  return events.filter((each) => !booked.has(eventKey(each)));
}
