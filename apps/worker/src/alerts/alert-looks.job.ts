import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { foreseeBalances, foreseeBudgets, SpendWatch } from '@tollgate/alerts';
import {
  Database,
  forgetOldSpend,
  lookAtBalances,
  lookAtExpiringCredit,
  lookForOperator,
  noteReachedBudgets,
  raiseEach,
} from '@tollgate/database';
import type { AlertDraft } from '@tollgate/database';
import type { JobHandler } from '@tollgate/queue';
import type { Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { LOGGER } from '../tokens.js';
import { AlertDeliveriesJob } from './alert-deliveries.job.js';

const POLL_MS = 60_000;
const MINUTE_MS = 60_000;

/** How often is looked, in minutes, and what goes beyond a look each minute reads much. */
const EVERY = { spend: 5, forecasts: 60, forgetting: 360 } as const;

type Pool = Database['pool'];

/**
 * Looks what there is to be told. Whoever raises an alert first has raised it: any number of workers may look. An alert
 * and its deliveries are written together, so that one that was raised is sent some time.
 */
@Injectable()
export class AlertLooksJob implements JobHandler<'alert-looks'>, OnApplicationBootstrap, OnModuleDestroy {
  readonly job = 'alert-looks';
  private readonly loop: JobLoop;
  private readonly watch: SpendWatch;
  private readonly looked = new Map<keyof typeof EVERY, number>();

  constructor(
    private readonly database: Database,
    private readonly deliveries: AlertDeliveriesJob,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.watch = new SpendWatch(database.pool);
    this.loop = new JobLoop({
      turn: () => this.look(),
      log,
      failing: 'nobody can be alerted at the moment; people are told later',
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.end();
  }

  handle(): Promise<void> {
    this.loop.wake();
    return Promise.resolve();
  }

  /** What fails keeps nobody from what the others find: it is told when all have looked, and looked at once more. */
  private async look(): Promise<number> {
    const { pool } = this.database;
    const at = new Date();
    const failures: unknown[] = [];
    let raised = 0;
    const attempt = async (find: () => Promise<number>, what?: keyof typeof EVERY): Promise<void> => {
      try {
        raised += await find();
      } catch (error) {
        failures.push(error);
        if (what !== undefined) this.looked.delete(what);
      }
    };
    const raising = (find: (pool: Pool, at: Date) => Promise<AlertDraft[]>) => async (): Promise<number> =>
      this.raise(await find(pool, at), at);
    await attempt(() => this.noteBudgets(at));
    for (const find of [lookAtBalances, lookAtExpiringCredit, lookForOperator]) await attempt(raising(find));
    if (this.isDue('spend', at))
      await attempt(
        raising((_, now) => this.watch.look(now)),
        'spend',
      );
    if (this.isDue('forecasts', at)) {
      for (const find of [foreseeBudgets, foreseeBalances]) await attempt(raising(find), 'forecasts');
    }
    if (this.isDue('forgetting', at)) {
      await attempt(async () => {
        await forgetOldSpend(pool, at);
        return 0;
      }, 'forgetting');
    }
    if (raised > 0) await this.deliveries.handle();
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be looked at');
    return POLL_MS;
  }

  private async noteBudgets(at: Date): Promise<number> {
    const noticed = await noteReachedBudgets(this.database.pool, at);
    for (const { budgetId, organizationId, percent } of noticed) {
      this.log.info({ budgetId, organizationId, percent }, 'so much of a budget is spent');
    }
    return noticed.length;
  }

  private async raise(drafts: readonly AlertDraft[], at: Date): Promise<number> {
    const raised = await raiseEach(this.database.pool, drafts, at);
    for (const { kind, organizationId, subject } of raised) {
      this.log.info({ kind, organizationId, subject }, 'an alert was raised');
    }
    return raised.length;
  }

  private isDue(what: keyof typeof EVERY, at: Date): boolean {
    const last = this.looked.get(what) ?? -Infinity;
    // a turn may come a little early
    if (at.getTime() - last < EVERY[what] * MINUTE_MS - POLL_MS / 2) return false;
    this.looked.set(what, at.getTime());
    return true;
  }
}
