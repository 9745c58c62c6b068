import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database, USAGE_LANES, UsageIngestion } from '@tollgate/database';
import type { IngestionReport } from '@tollgate/database';
import type { JobHandler } from '@tollgate/queue';
import type { Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { LOGGER } from '../tokens.js';
import { IngestionCounters } from './ingestion-counters.js';

const BATCH_SIZE = 2_000;
/** Two connections book at once, each its own organizations; a third was measured to add nothing. */
const CONNECTIONS = 2;
const BUSY_WAIT_MS = 30;
const IDLE_WAIT_MS = 250;
/**
 * When so many come within one wait, the next batch takes what comes in `COLLECTING_MS`: a batch of 1,000 costs a fifth
 * less per event than one of 500, because more of them count into the same rows.
 */
const MANY_EVENTS = 20;
const COLLECTING_MS = 400;
/** For so long after the last event more are expected. */
const BUSY_FOR_MS = 2_000;

/**
 * Books usage for as long as the worker runs. Looking into the inbox is the guarantee; the job of this name only ends a
 * wait early.
 */
@Injectable()
export class UsageIngestionJob implements JobHandler<'usage-ingestion'>, OnApplicationBootstrap, OnModuleDestroy {
  readonly job = 'usage-ingestion';
  private readonly ingestion: UsageIngestion;
  private readonly loops: readonly JobLoop[];

  constructor(
    database: Database,
    private readonly counters: IngestionCounters,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.ingestion = new UsageIngestion(database.pool, BATCH_SIZE);
    const lanes = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
    this.loops = Array.from({ length: CONNECTIONS }, (_, share) =>
      this.loopOf(lanes.filter((lane) => lane % CONNECTIONS === share)),
    );
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  /** Ends after the batches that are under way. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.end()));
  }

  handle(): Promise<void> {
    for (const loop of this.loops) loop.wake();
    return Promise.resolve();
  }

  private loopOf(lanes: readonly number[]): JobLoop {
    let busyUntil = 0;
    const turn = async (): Promise<number> => {
      const began = performance.now();
      const report = await this.ingestion.ingest(lanes);
      this.note(report);
      if (report.claimed > 0) busyUntil = Date.now() + BUSY_FOR_MS;
      if (report.claimed >= BATCH_SIZE) return 0;
      if (report.claimed >= MANY_EVENTS) return Math.max(0, COLLECTING_MS - (performance.now() - began));
      return Date.now() < busyUntil ? BUSY_WAIT_MS : IDLE_WAIT_MS;
    };
    return new JobLoop({
      turn,
      log: this.log,
      failing: 'usage cannot be booked at the moment; it waits',
      recovered: 'usage is being booked again',
    });
  }

  private note(report: IngestionReport): void {
    this.counters.count(report);
    const { quarantined, ratingMismatches } = report;
    if (quarantined > 0) this.log.error({ quarantined }, 'usage that cannot be booked was put into quarantine');
    if (ratingMismatches.length > 0) {
      const [first] = ratingMismatches;
      this.log.error(
        { count: ratingMismatches.length, first },
        'the gateway captured another cost than what is booked',
      );
    }
  }
}
