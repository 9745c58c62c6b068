import { formatPicos } from '@tollgate/domain';
import type { UsageEvent } from '@tollgate/domain';
import pg from 'pg';

import { copyRows } from '../bulk-copy.js';
import { columnValues } from '../columnar-insert.js';
import { partitionMonth } from '../usage-tables/usage-partitions.js';
import { quarantineUsage } from '../usage-tables/usage-quarantine.js';
import type { QuarantinedPayload } from '../usage-tables/usage-quarantine.js';
import { bookEvent, capturedDifferently } from './booked-event.js';
import type { BookedEvent } from './booked-event.js';
import { BookingCalendar } from './booking-calendar.js';
import { findCorrected } from './corrected-usage.js';
import type { IngestionReport } from './ingestion-report.js';
import type { PriceSnapshotsCache } from './price-snapshots-cache.js';
import { InvalidUsageEvent, readUsageEvent } from './read-usage-event.js';
import { addToRollups, ORGANIZATION_ROLLUPS, SHARED_ROLLUPS } from './rollups.js';
import { addToAccruals, addToSpend } from './spend-and-accruals.js';
import { contributionOf } from './usage-contribution.js';
import type { UsageContribution } from './usage-contribution.js';
import { EVENT_COLUMNS, INSERT_EVENTS, LINE_COLUMNS } from './usage-event-columns.js';
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
 * event that comes twice counts once.
 */
export async function bookClaimed(
  client: pg.PoolClient,
  claimed: readonly ClaimedEvent[],
  booking: Booking,
): Promise<IngestionReport> {
  const refused: QuarantinedPayload[] = [];
  const read = readClaimed(claimed, refused);
  requirePartitions(read, booking.hasPartition);
  const rated = await rateEvents(client, { read, refused, prices: booking.prices });
  const booked: BookedEvent[] = [];
  const contributions: UsageContribution[] = [];
  for (const revision of revisionsOf(rated)) {
    const events = rated.filter(({ booked: { event } }) => event.revision === revision);
    const inserted = await insertRevision(client, { revision, events, refused });
    booked.push(...inserted.booked);
    contributions.push(...inserted.contributions);
  }
  await addToRollups(client, ORGANIZATION_ROLLUPS, contributions);
  await addToWatchedSpend(client, contributions);
  await addToSpend(client, contributions);
  await addToAccruals(client, contributions);
  await quarantineUsage(client, refused);
  await addToRollups(client, SHARED_ROLLUPS, contributions);
  return {
    claimed: claimed.length,
    booked: booked.length,
    duplicates: claimed.length - booked.length - refused.length,
    quarantined: refused.length,
    unpriced: booked.filter(({ ratingState }) => ratingState === 'unpriced').length,
    ratingMismatches: booked.filter(capturedDifferently).map(({ event, billedCost }) => ({
      requestId: event.requestId,
      captured: event.capturedCost ?? '',
      booked: formatPicos(billedCost),
    })),
  };
}

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
  const months = new Set(read.map(({ event }) => partitionMonth(event.occurredAt)));
  const missing = [...months].filter((month) => !hasPartition(month));
  if (missing.length > 0) throw new MissingPartitions(missing);
}

interface RatedEvent {
  readonly payload: string;
  readonly booked: BookedEvent;
}

interface Rateable {
  readonly read: readonly ReadEvent[];
  readonly refused: QuarantinedPayload[];
  readonly prices: PriceSnapshotsCache;
}

async function rateEvents(client: pg.PoolClient, { read, refused, prices }: Rateable): Promise<RatedEvent[]> {
  const organizationIds = [...new Set(read.map(({ event }) => event.organizationId))].sort();
  const earliest = Math.min(...read.map(({ event }) => event.occurredAt), Date.now());
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
  return rated;
}

function revisionsOf(rated: readonly RatedEvent[]): number[] {
  return [...new Set(rated.map(({ booked }) => booked.event.revision))].sort((a, b) => a - b);
}

interface Revision {
  readonly revision: number;
  readonly events: readonly RatedEvent[];
  readonly refused: QuarantinedPayload[];
}

interface InsertedRevision {
  readonly booked: readonly BookedEvent[];
  readonly contributions: readonly UsageContribution[];
}

async function insertRevision(
  client: pg.PoolClient,
  { revision, events, refused }: Revision,
): Promise<InsertedRevision> {
  const all = events.map(({ booked }) => booked);
  if (revision === 0) {
    const booked = await insertEvents(client, all);
    return { booked, contributions: booked.map(contributionOf) };
  }
  const { ready, orphaned, takenBack } = await findCorrected(client, all);
  for (const { payload, booked } of events) {
    if (orphaned.includes(booked)) refused.push({ payload, reason: 'what it corrects has not been booked' });
  }
  const booked = await insertEvents(client, ready);
  const contributions = booked.flatMap((correction) => {
    const before = takenBack.get(correction);
    return before === undefined ? [contributionOf(correction)] : [before, contributionOf(correction)];
  });
  return { booked, contributions };
}

/** Inserts events with their rated lines. Returns those that had not been there before. */
async function insertEvents(client: pg.PoolClient, events: readonly BookedEvent[]): Promise<readonly BookedEvent[]> {
  if (events.length === 0) return [];
  const inserted = (await copyEvents(client, events)) ? events : await insertNewEvents(client, events);
  const lines = inserted.flatMap((booked) => booked.lines.map((line, index) => ({ booked, index, line })));
  if (lines.length > 0) await copyRows(client, 'rated_line', { columns: LINE_COLUMNS, rows: lines });
  return inserted;
}

const UNIQUE_VIOLATION = '23505';

/** Whether none of the events had been there before; if one had, nothing has been inserted. */
async function copyEvents(client: pg.PoolClient, events: readonly BookedEvent[]): Promise<boolean> {
  await client.query('SAVEPOINT events');
  try {
    await copyRows(client, 'usage_event', { columns: EVENT_COLUMNS, rows: events });
    await client.query('RELEASE SAVEPOINT events');
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
    await client.query('ROLLBACK TO SAVEPOINT events');
    return false;
  }
}

/** The way for batches with events that were sent twice, as after a crash. */
async function insertNewEvents(client: pg.PoolClient, events: readonly BookedEvent[]): Promise<BookedEvent[]> {
  const { rows } = await client.query<Omit<ClaimedEvent, 'payload'>>({
    name: 'insert_usage_events',
    text: INSERT_EVENTS,
    values: columnValues(EVENT_COLUMNS, events),
  });
  const returned = new Set(rows.map((row) => `${row.request_id} ${row.part} ${row.revision}`));
  return events.filter(({ event }) => returned.has(`${event.requestId} ${event.part} ${event.revision}`));
}
