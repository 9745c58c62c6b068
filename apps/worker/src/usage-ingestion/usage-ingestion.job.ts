import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database, USAGE_LANES, UsageIngestion } from '@tollgate/database';
import type { IngestionReport } from '@tollgate/database';
import type { JobHandler } from '@tollgate/queue';
import type { Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { LOGGER } from '../tokens.js';
import { IngestionCounters } from './ingestion-counters.js';
import { LaneShares } from './lane-shares.js';

/** What waits is booked so much at a time: a batch of 4,000 costs a fifth less per event than one of 2,000. */
const BATCH_SIZE = 4_000;
/** So many connections book at once, each its own organizations: while one computes, Postgres writes for the others. */
const CONNECTIONS = 3;
/** While nothing is behind two are enough, and what comes is booked in larger batches. */
const CONNECTIONS_KEEPING_UP = 2;
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
  private readonly shares = new LaneShares(USAGE_LANES);
  private busyUntil = 0;
  private behindUntil = 0;

  constructor(
    database: Database,
    private readonly counters: IngestionCounters,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.ingestion = new UsageIngestion(database.pool, BATCH_SIZE);
    this.loops = Array.from({ length: CONNECTIONS }, (_, connection) => this.loopOf(connection));
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

  private loopOf(connection: number): JobLoop {
    return new JobLoop({
      turn: () => this.turn(connection),
      log: this.log,
      failing: 'usage cannot be booked at the moment; it waits',
      recovered: 'usage is being booked again',
    });
  }

  private async turn(connection: number): Promise<number> {
    const connections = Date.now() < this.behindUntil ? CONNECTIONS : CONNECTIONS_KEEPING_UP;
    if (connection >= connections) return this.idleWait();
    const began = performance.now();
    const claimed = await this.bookShare(connections);
    if (claimed > 0) this.busyUntil = Date.now() + BUSY_FOR_MS;
    if (claimed >= BATCH_SIZE) {
      this.behindUntil = Date.now() + BUSY_FOR_MS;
      return 0;
    }
    // while others are behind there is no waiting for more: theirs may be among the lanes that are free by now
    if (claimed >= MANY_EVENTS && connections === CONNECTIONS_KEEPING_UP) {
      return Math.max(0, COLLECTING_MS - (performance.now() - began));
    }
    return this.idleWait();
  }

  private idleWait(): number {
    return Date.now() < this.busyUntil ? BUSY_WAIT_MS : IDLE_WAIT_MS;
  }

  /** Answers how many events were taken out of the inbox. */
  private async bookShare(connections: number): Promise<number> {
    const lanes = this.shares.take(connections);
    if (lanes.length === 0) return 0;
    try {
      const report = await this.ingestion.ingest(lanes);
      this.note(report);
      return report.claimed;
    } finally {
      this.shares.giveBack(lanes);
    }
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
