import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { carryOutRepricing, countUnpricedUsage, Database, publishDueDrafts } from '@tollgate/database';
import { catalogueModelOf } from '@tollgate/providers';
import type { JobHandler } from '@tollgate/queue';
import { Metrics } from '@tollgate/telemetry';
import type { Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { LOGGER } from '../tokens.js';

/** People wait for a preview, and a price holds from its instant on: both are looked for more often than the job comes. */
const POLL_MS = 1_000;
/** Counting reads every event that has no price, which may be millions: not each time. */
const COUNTED_MS = 60_000;
const pricedModelOf = (provider: string, model: string): string => catalogueModelOf(provider, model) ?? model;

/**
 * Publishes drafts of prices whose instant has come, and rates usage anew for previews and corrections. The two have loops of
 * their own: a preview of millions of events keeps no publication waiting.
 */
@Injectable()
export class PricesJob implements JobHandler<'prices'>, OnApplicationBootstrap, OnModuleDestroy {
  readonly job = 'prices';
  private readonly publication: JobLoop;
  private readonly repricing: JobLoop;
  private unpricedEvents: number | null = null;
  private countedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.publication = new JobLoop({
      turn: () => this.publish(),
      log,
      failing: 'prices cannot be published at the moment',
    });
    this.repricing = new JobLoop({
      turn: () => this.reprice(),
      log,
      failing: 'usage cannot be rated anew at the moment',
    });
    metrics.gauge(
      {
        name: 'tollgate_unpriced_events',
        help: 'Events of the last 30 days with a quantity that has no price. Should be 0.',
      },
      () => (this.unpricedEvents === null ? [] : [{ labels: {}, value: this.unpricedEvents }]),
    );
  }

  onApplicationBootstrap(): void {
    this.publication.start();
    this.repricing.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.publication.end(), this.repricing.end()]);
  }

  handle(): Promise<void> {
    this.publication.wake();
    this.repricing.wake();
    return Promise.resolve();
  }

  private async publish(): Promise<number> {
    for (const { id, state, failure } of await publishDueDrafts(this.database.pool)) {
      if (state === 'published') this.log.info({ draft: id }, 'a scheduled draft of prices is published');
      else this.log.error({ draft: id, failure }, 'a scheduled draft of prices cannot be published; it is open again');
    }
    const now = performance.now();
    if (now - this.countedAt >= COUNTED_MS) {
      this.unpricedEvents = await countUnpricedUsage(this.database.pool);
      this.countedAt = now;
    }
    return POLL_MS;
  }

  private async reprice(): Promise<number> {
    await carryOutRepricing(this.database.pool, pricedModelOf);
    return POLL_MS;
  }
}
