import type { ExpiredHold } from '@tollgate/admission';
import { formatPicos, nanosToPicos, newId } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';
import type pg from 'pg';

/** Holds expire by the thousand when a machine has slept: those beyond are only counted and logged. */
const MAX_WAITING = 10_000;
const BATCH_SIZE = 500;
const RETRY_MS = 5_000;

const INSERT = `
  INSERT INTO review_item (id, kind, subject, organization_id, amount, details)
  SELECT id, 'expired_hold', subject, organization_id, amount, details
  FROM unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::jsonb[])
    AS given(id, subject, organization_id, amount, details)
  ON CONFLICT (kind, subject) DO NOTHING`;

/**
 * Has somebody look at holds whose lease ran out before their request ended: while it went on nothing was held for it, so
 * that the ceilings may have been passed. Written after the fact, and again until Postgres has it; never on a request's
 * path.
 */
export class ExpiredHoldReviews {
  private readonly waiting: ExpiredHold[] = [];
  private writing: Promise<void> | null = null;
  private retry: NodeJS.Timeout | null = null;

  constructor(
    private readonly pool: pg.Pool,
    private readonly logger: Logger,
  ) {}

  raise(hold: ExpiredHold): void {
    if (this.waiting.length >= MAX_WAITING) return;
    this.waiting.push(hold);
    // in a turn of its own: whoever told of the hold is in the middle of admitting a request
    if (this.writing === null && this.retry === null) this.retry = setTimeout(() => void this.write(), 0).unref();
  }

  /** Tries once more to write what waits. */
  async close(): Promise<void> {
    await this.writing;
    await this.write();
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
  }

  private async write(): Promise<void> {
    this.retry = null;
    this.writing ??= this.writeAll().finally(() => (this.writing = null));
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, BATCH_SIZE);
        await this.insert(batch);
        this.waiting.splice(0, batch.length);
      }
    } catch (error) {
      this.logger.warn({ err: error, waiting: this.waiting.length }, 'expired holds cannot be put up for review yet');
      this.retry = setTimeout(() => void this.write(), RETRY_MS).unref();
    }
  }

  private async insert(holds: readonly ExpiredHold[]): Promise<void> {
    await this.pool.query(INSERT, [
      holds.map(() => newId('reviewItem')),
      holds.map(({ requestId }) => requestId),
      holds.map(({ scopes }) => scopes[0]?.organizationId ?? null),
      holds.map(({ nanos }) => formatPicos(nanosToPicos(nanos))),
      holds.map(({ occurredAt, scopes }) =>
        JSON.stringify({
          occurredAt: new Date(occurredAt).toISOString(),
          scopes: scopes.map(({ kind, id }) => ({ kind, id })),
        }),
      ),
    ]);
  }
}
