import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database, sealUsage } from '@tollgate/database';
import type { SealingReport } from '@tollgate/database';
import type { JobHandler } from '@tollgate/queue';
import { Metrics } from '@tollgate/telemetry';
import type { HotCounter, Logger } from '@tollgate/telemetry';

import { nextDelay, sleepUnlessEnded } from '../retry.js';
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
  private readonly ending = new AbortController();
  private wakeUp = new AbortController();
  private loop: Promise<unknown> = Promise.resolve();

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
  }

  onApplicationBootstrap(): void {
    this.loop = this.sealForEver();
  }

  /** Ends after the organizations that are under way. */
  async onModuleDestroy(): Promise<void> {
    this.ending.abort();
    await this.loop;
  }

  handle(): Promise<void> {
    this.wakeUp.abort();
    this.wakeUp = new AbortController();
    return Promise.resolve();
  }

  private async sealForEver(): Promise<void> {
    let retryMs: number | null = null;
    while (!this.ending.signal.aborted) {
      try {
        this.note(await sealUsage(this.database.pool));
        if (retryMs !== null) this.log.info('usage is being sealed again');
        retryMs = null;
        await this.wait(POLL_MS);
      } catch (error) {
        if (retryMs === null) this.log.error({ err: error }, 'usage cannot be sealed at the moment; it waits');
        retryMs = nextDelay(retryMs);
        await this.wait(retryMs);
      }
    }
  }

  private wait(ms: number): Promise<void> {
    return sleepUnlessEnded(ms, AbortSignal.any([this.ending.signal, this.wakeUp.signal]));
  }

  private note({ transactions, refused }: SealingReport): void {
    this.sealed.value += transactions;
    this.refused.value += refused.length;
    const [first] = refused;
    if (first !== undefined) this.log.error({ count: refused.length, first }, 'the ledger refused usage');
  }
}
