import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { Mailer } from '@tollgate/mail';
import { Metrics } from '@tollgate/telemetry';
import type { Logger } from '@tollgate/telemetry';

import { AlertDeliveriesJob } from './alerts/alert-deliveries.job.js';
import { AlertLooksJob } from './alerts/alert-looks.job.js';
import { Jobs } from './jobs/jobs.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { PlanTermsJob } from './plan-terms/plan-terms.job.js';
import { PricesJob } from './prices/prices.job.js';
import { SelfAuditJob } from './self-audit/self-audit.job.js';
import { APP_CONFIG, LOGGER } from './tokens.js';
import type { WorkerConfig } from './tokens.js';
import { IngestionCounters } from './usage-ingestion/ingestion-counters.js';
import { UsageIngestionJob } from './usage-ingestion/usage-ingestion.job.js';
import { UsagePartitionsJob } from './usage-partitions/usage-partitions.job.js';
import { UsageSealingJob } from './usage-sealing/usage-sealing.job.js';

const POOL_SIZE = 8;

@Module({})
export class WorkerModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  static of(config: WorkerConfig, log: Logger): DynamicModule {
    return {
      module: WorkerModule,
      providers: [
        { provide: APP_CONFIG, useValue: config },
        { provide: LOGGER, useValue: log },
        { provide: Database, useFactory: () => connect(config, log) },
        { provide: Metrics, useFactory: processMetrics },
        { provide: Mailer, useFactory: () => new Mailer(config.mail, log) },
        IngestionCounters,
        UsageIngestionJob,
        UsagePartitionsJob,
        UsageSealingJob,
        SelfAuditJob,
        AlertLooksJob,
        AlertDeliveriesJob,
        PlanTermsJob,
        PricesJob,
        Jobs,
        MetricsServer,
      ],
    };
  }

  /** After every job has ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

function connect(config: WorkerConfig, log: Logger): Database {
  return Database.connect(config.databaseUrl, {
    poolSize: POOL_SIZE,
    applicationName: 'tollgate-worker',
    asLedgerRole: true,
    onConnectionLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
  });
}

function processMetrics(): Metrics {
  const metrics = new Metrics();
  metrics.includeProcess();
  return metrics;
}
