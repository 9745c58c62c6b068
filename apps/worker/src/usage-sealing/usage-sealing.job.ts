import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database, sealUsage } from '@tollgate/database';
import type { SealingReport } from '@tollgate/database';
import type { JobHandler } from '@tollgate/queue';
import { Metrics } from '@tollgate/telemetry';
import type { HotCounter, Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { LOGGER } from '../tokens.js';

/** Minutes are sealed soon after they end also when no job comes. */
const POLL_MS = 15_000;

/**
 * Seals closed minutes into the ledger for as long as the worker runs. Looking for them is the guarantee; the job of this
 * name only ends a wait early. Several workers may do it at once.
 */
@Injectable()
export class UsageSealingJob implements JobHandler<'usage-sealing'>, OnApplicationBootstrap, OnModuleDestroy {
  readonly job = 'usage-sealing';
  private readonly sealed: HotCounter;
  private readonly refused: HotCounter;
  private readonly loop: JobLoop;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.sealed = metrics.counter({
      name: 'tollgate_ledger_usage_transactions_total',
      help: 'Booking minutes of organizations that were sealed into the ledger.',
    })();
    this.refused = metrics.counter({
      name: 'tollgate_ledger_refusals_total',
      help: 'Attempts to seal an organization’s usage that the ledger refused. Should be 0.',
    })();
    this.loop = new JobLoop({
      turn: () => this.seal(),
      log,
      failing: 'usage cannot be sealed at the moment; it waits',
      recovered: 'usage is being sealed again',
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** Ends after the organizations that are under way. */
  async onModuleDestroy(): Promise<void> {
    await this.loop.end();
  }

  handle(): Promise<void> {
    this.loop.wake();
    return Promise.resolve();
  }

  private async seal(): Promise<number> {
    this.note(await sealUsage(this.database.pool));
    return POLL_MS;
  }

  private note({ transactions, refused }: SealingReport): void {
    this.sealed.value += transactions;
    this.refused.value += refused.length;
    const [first] = refused;
    if (first !== undefined) this.log.error({ count: refused.length, first }, 'the ledger refused usage');
  }
}
