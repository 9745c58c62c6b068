import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database, postPlanTerms } from '@tollgate/database';
import type { JobHandler } from '@tollgate/queue';
import type { Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { LOGGER } from '../tokens.js';

/** How long somebody who has just got a plan waits for its credit. */
const POLL_MS = 15_000;

/** Charges the fees of plans and gives their credit: at the start of each organization's month, and with a new plan. */
@Injectable()
export class PlanTermsJob implements JobHandler<'plan-terms'>, OnApplicationBootstrap, OnModuleDestroy {
  readonly job = 'plan-terms';
  private readonly loop: JobLoop;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.loop = new JobLoop({
      turn: () => this.post(),
      log,
      failing: 'the terms of plans cannot be posted at the moment; they are posted later',
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.end();
  }

  handle(): Promise<void> {
    this.loop.wake();
    return Promise.resolve();
  }

  private async post(): Promise<number> {
    for (const posted of await postPlanTerms(this.database.pool, Date.now())) {
      this.log.info({ ...posted }, 'the terms of a plan were posted for the month');
    }
    return POLL_MS;
  }
}
