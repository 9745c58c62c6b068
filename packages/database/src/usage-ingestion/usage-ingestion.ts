import pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';
import { inTransaction } from '../transaction.js';
import { ensureUsageMonths } from '../usage-tables/usage-partitions.js';
import { quarantineUsage } from '../usage-tables/usage-quarantine.js';
import { InboxFront } from './inbox-front.js';
import { addReports, NOTHING_INGESTED } from './ingestion-report.js';
import type { IngestionReport } from './ingestion-report.js';
import { PriceSnapshotsCache } from './price-snapshots-cache.js';
import { bookClaimed, MissingPartitions } from './usage-booking.js';
import type { ClaimedEvent } from './usage-booking.js';

const DEFAULT_BATCH_SIZE = 2_000;

const CLAIM = `
  DELETE FROM usage_inbox WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM usage_inbox WHERE lane = ANY($1::smallint[]) AND request_id >= $3
    ORDER BY request_id LIMIT $2 FOR UPDATE SKIP LOCKED
  )) RETURNING request_id, part, revision, payload`;

const CLAIM_AGAIN = `
  DELETE FROM usage_inbox AS inbox
  USING unnest($1::uuid[], $2::smallint[], $3::smallint[]) AS wanted(request_id, part, revision)
  WHERE inbox.request_id = wanted.request_id AND inbox.part = wanted.part AND inbox.revision = wanted.revision
  RETURNING inbox.request_id, inbox.part, inbox.revision, inbox.payload`;

/**
 * Books usage: takes batches out of the inbox, rates them, and writes events, sums and accruals, all in one transaction
 * per batch. An event counts exactly once, whatever dies in between and however often it is sent. An event that fails is
 * singled out by halving its batch and goes to the quarantine, so that it never stops the others.
 */
export class UsageIngestion {
  readonly #prices = new PriceSnapshotsCache();
  readonly #months = new Set<string>();
  readonly #front = new InboxFront();

  constructor(
    private readonly pool: pg.Pool,
    private readonly batchSize: number = DEFAULT_BATCH_SIZE,
  ) {}

  /**
   * Books one batch from these lanes. Two callers may share lanes; they then take different events.
   * @throws when Postgres is away, or fails for another reason than the events: nothing has happened then.
   */
  async ingest(lanes: readonly number[]): Promise<IngestionReport> {
    let claimed: readonly ClaimedEvent[] = [];
    const front = this.#front.of(lanes);
    const claim = async (client: pg.PoolClient): Promise<readonly ClaimedEvent[]> => {
      const values = [arrayLiteral(lanes), this.batchSize, front.requestId];
      claimed = (await client.query<ClaimedEvent>({ name: 'claim_usage', text: CLAIM, values })).rows;
      return claimed;
    };
    try {
      const report = await this.#book(claim);
      const last = claimed.reduce((highest, { request_id }) => (request_id > highest ? request_id : highest), '');
      this.#front.advance(lanes, front, { last, isWhole: claimed.length >= this.batchSize });
      return report;
    } catch (error) {
      this.#front.forget(lanes);
      if (!isCausedByEvents(error)) throw error;
      return this.#singleOut(claimed, error);
    }
  }

  async #book(claim: (client: pg.PoolClient) => Promise<readonly ClaimedEvent[]>): Promise<IngestionReport> {
    const attempt = (): Promise<IngestionReport> =>
      inTransaction(this.pool, 'READ COMMITTED', async (client) => {
        const claimed = await claim(client);
        if (claimed.length === 0) return NOTHING_INGESTED;
        return bookClaimed(client, claimed, {
          prices: this.#prices,
          hasPartition: (month) => this.#months.has(month),
        });
      });
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof MissingPartitions)) throw error;
        await ensureUsageMonths(this.pool, error.months);
        for (const month of error.months) this.#months.add(month);
      }
    }
  }

  async #singleOut(suspects: readonly ClaimedEvent[], cause: unknown): Promise<IngestionReport> {
    if (suspects.length <= 1) return this.#quarantine(suspects, cause);
    const middle = Math.ceil(suspects.length / 2);
    let report = NOTHING_INGESTED;
    for (const half of [suspects.slice(0, middle), suspects.slice(middle)]) {
      try {
        report = addReports(report, await this.#book((client) => claimAgain(client, half)));
      } catch (error) {
        if (!isCausedByEvents(error)) throw error;
        report = addReports(report, await this.#singleOut(half, error));
      }
    }
    return report;
  }

  async #quarantine(suspects: readonly ClaimedEvent[], cause: unknown): Promise<IngestionReport> {
    const reason = `cannot be booked: ${cause instanceof Error ? cause.message : String(cause)}`;
    const taken = await inTransaction(this.pool, 'READ COMMITTED', async (client) => {
      const rows = await claimAgain(client, suspects);
      await quarantineUsage(
        client,
        rows.map(({ payload }) => ({ payload, reason })),
      );
      return rows.length;
    });
    return { ...NOTHING_INGESTED, claimed: taken, quarantined: taken };
  }
}

async function claimAgain(client: pg.PoolClient, events: readonly ClaimedEvent[]): Promise<readonly ClaimedEvent[]> {
  const { rows } = await client.query<ClaimedEvent>(CLAIM_AGAIN, [
    arrayLiteral(events.map((event) => event.request_id)),
    arrayLiteral(events.map((event) => event.part)),
    arrayLiteral(events.map((event) => event.revision)),
  ]);
  return rows;
}

/**
 * SQLSTATE classes that speak of the data: values out of range, violated constraints, raised by triggers, rows too large
 * for an index. Everything else (no connection, dead-lock, disk full, shutdown) passes, and may be tried again.
 */
const DATA_ERROR_CLASSES = new Set(['22', '23', 'P0', '54']);

function isCausedByEvents(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return DATA_ERROR_CLASSES.has(error.code?.slice(0, 2) ?? '');
  return error instanceof RangeError || error instanceof TypeError;
}
