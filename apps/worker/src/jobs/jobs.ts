import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Database, hasLedgerRole } from '@tollgate/database';
import { createQueueBackend, JobHandlersError, JobRunner } from '@tollgate/queue';
import type { JobHandler } from '@tollgate/queue';
import type { Logger } from '@tollgate/telemetry';

import { AlertDeliveriesJob } from '../alerts/alert-deliveries.job.js';
import { AlertLooksJob } from '../alerts/alert-looks.job.js';
import { PlanTermsJob } from '../plan-terms/plan-terms.job.js';
import { PricesJob } from '../prices/prices.job.js';
import { nextDelay, sleepUnlessEnded } from '../retry.js';
import { SelfAuditJob } from '../self-audit/self-audit.job.js';
import { APP_CONFIG, LOGGER } from '../tokens.js';
import type { WorkerConfig } from '../tokens.js';
import { UsageIngestionJob } from '../usage-ingestion/usage-ingestion.job.js';
import { UsagePartitionsJob } from '../usage-partitions/usage-partitions.job.js';
import { UsageSealingJob } from '../usage-sealing/usage-sealing.job.js';

/** Runs the jobs of the catalogue, from when Postgres (and Redis, if there is one) can be reached. */
@Injectable()
export class Jobs implements OnModuleDestroy {
  private readonly ending = new AbortController();
  private readonly handlers: readonly JobHandler[];
  private runner: JobRunner | null = null;

  constructor(
    @Inject(APP_CONFIG) private readonly config: WorkerConfig,
    @Inject(LOGGER) private readonly log: Logger,
    private readonly database: Database,
    usageIngestion: UsageIngestionJob,
    private readonly usagePartitions: UsagePartitionsJob,
    usageSealing: UsageSealingJob,
    selfAudit: SelfAuditJob,
    alertLooks: AlertLooksJob,
    alertDeliveries: AlertDeliveriesJob,
    planTerms: PlanTermsJob,
    prices: PricesJob,
  ) {
    this.handlers = [
      usageIngestion,
      usagePartitions,
      usageSealing,
      selfAudit,
      alertLooks,
      alertDeliveries,
      planTerms,
      prices,
    ];
  }

  /**
   * Resolves when jobs are running, however long the databases are away, or when the worker ends before.
   * @throws JobHandlersError when a job of the catalogue has no handler, or two.
   */
  async start(): Promise<void> {
    let retryMs: number | null = null;
    while (!this.ending.signal.aborted) {
      try {
        await this.usagePartitions.handle();
        await this.tellWithoutLedgerRole();
        this.runner = await this.startRunner();
        return;
      } catch (error) {
        if (error instanceof JobHandlersError) throw error;
        if (retryMs === null) this.log.error({ err: error }, 'jobs cannot be started at the moment; trying again');
        retryMs = nextDelay(retryMs);
        await sleepUnlessEnded(retryMs, this.ending.signal);
      }
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.ending.abort();
    await this.runner?.close();
  }

  private async tellWithoutLedgerRole(): Promise<void> {
    if (await hasLedgerRole(this.database.pool)) return;
    this.log.warn(
      'the user of DATABASE_URL cannot create or use the role tollgate_ledger: only triggers keep the ledger',
    );
  }

  private startRunner(): Promise<JobRunner> {
    return JobRunner.start({
      backend: createQueueBackend(this.config),
      handlers: this.handlers,
      onError: (error, job) => this.log.error({ err: error, job }, job === null ? 'queue connection' : 'job failed'),
    });
  }
}
