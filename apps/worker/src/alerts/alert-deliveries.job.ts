import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { deliverDue } from '@tollgate/alerts';
import { Database } from '@tollgate/database';
import { Mailer } from '@tollgate/mail';
import type { JobHandler } from '@tollgate/queue';
import type { Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { APP_CONFIG, LOGGER } from '../tokens.js';
import type { WorkerConfig } from '../tokens.js';

const POLL_MS = 10_000;

/** Sends alerts to their receivers. Each is sent at least once, and tried again for about a day. */
@Injectable()
export class AlertDeliveriesJob implements JobHandler<'alert-deliveries'>, OnApplicationBootstrap, OnModuleDestroy {
  readonly job = 'alert-deliveries';
  private readonly loop: JobLoop;

  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
    @Inject(APP_CONFIG) private readonly config: Pick<WorkerConfig, 'masterKey' | 'publicUrl' | 'port'>,
    @Inject(LOGGER) log: Logger,
  ) {
    this.loop = new JobLoop({
      turn: () => this.deliver(),
      log,
      failing: 'alerts cannot be sent at the moment; they are sent later',
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** Ends after the deliveries that are under way. */
  async onModuleDestroy(): Promise<void> {
    await this.loop.end();
    this.mailer.close();
  }

  handle(): Promise<void> {
    this.loop.wake();
    return Promise.resolve();
  }

  private async deliver(): Promise<number> {
    const { masterKey, publicUrl, port } = this.config;
    const origin = publicUrl ?? `http://localhost:${port}`;
    const means = { pool: this.database.pool, mailer: this.mailer, masterKey, origin };
    return (await deliverDue(means, new Date())) > 0 ? 0 : POLL_MS;
  }
}
