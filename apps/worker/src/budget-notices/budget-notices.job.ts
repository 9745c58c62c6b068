import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database, noteReachedBudgets } from '@tollgate/database';
import type { NewBudgetNotice } from '@tollgate/database';
import { Mailer } from '@tollgate/mail';
import type { JobHandler } from '@tollgate/queue';
import type { Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { LOGGER } from '../tokens.js';
import { noticeMail } from './notice-mail.js';

const POLL_MS = 60_000;

/**
 * Tells people when so much of a budget is spent. A notice is written first and mailed then: it is told once by whichever
 * worker wrote it, and a mail that is lost with a worker is not sent by another one; the notice stands in the console.
 */
@Injectable()
export class BudgetNoticesJob implements JobHandler<'budget-notices'>, OnApplicationBootstrap, OnModuleDestroy {
  readonly job = 'budget-notices';
  private readonly loop: JobLoop;

  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.loop = new JobLoop({
      turn: () => this.look(),
      log,
      failing: 'budgets cannot be looked at at the moment; people are told later',
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** Ends after the mails that are under way. */
  async onModuleDestroy(): Promise<void> {
    await this.loop.end();
    this.mailer.close();
  }

  handle(): Promise<void> {
    this.loop.wake();
    return Promise.resolve();
  }

  private async look(): Promise<number> {
    for (const notice of await noteReachedBudgets(this.database.pool, new Date())) await this.tell(notice);
    return POLL_MS;
  }

  private async tell(notice: NewBudgetNotice): Promise<void> {
    const { budgetId, organizationId, percent, recipients, simulated } = notice;
    this.log.info({ budgetId, organizationId, percent }, 'so much of a budget is spent');
    // the people of a demo have no mailboxes
    if (simulated) return;
    for (const to of recipients) await this.mailer.send(noticeMail(notice, to));
  }
}
