import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { carryOutSelfAudits, Database, readSelfAuditVerdict, requestDueSelfAudit } from '@tollgate/database';
import type { CarriedOut, SelfAuditVerdict } from '@tollgate/database';
import type { JobHandler } from '@tollgate/queue';
import { Metrics } from '@tollgate/telemetry';
import type { GaugeReading, Logger } from '@tollgate/telemetry';

import { JobLoop } from '../job-loop.js';
import { LOGGER } from '../tokens.js';

const POLL_MS = 5_000;
/** The schedule comes each night, and may come twice. */
const SCHEDULED_WITHIN_HOURS = 12;
/** Without a schedule the books are audited too. */
const UNSCHEDULED_WITHIN_HOURS = 26;

/**
 * Audits the books each night, and whenever somebody asks for it. Looking for what was asked for is the guarantee; the
 * job of this name ends a wait early.
 */
@Injectable()
export class SelfAuditJob implements JobHandler<'self-audit'>, OnApplicationBootstrap, OnModuleDestroy {
  readonly job = 'self-audit';
  private readonly loop: JobLoop;
  private verdict: SelfAuditVerdict | null = null;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.loop = new JobLoop({ turn: () => this.audit(), log, failing: 'the books cannot be audited at the moment' });
    const known = (read: (verdict: SelfAuditVerdict) => readonly GaugeReading[]): readonly GaugeReading[] =>
      this.verdict === null ? [] : read(this.verdict);
    metrics.gauge(
      {
        name: 'tollgate_self_audit_green',
        help: 'Whether the books agreed in the last full audit and in the last one after it. Should be 1.',
      },
      () => known(({ isGreen }) => [{ labels: {}, value: isGreen ? 1 : 0 }]),
    );
    metrics.gauge(
      {
        name: 'tollgate_self_audit_findings',
        help: 'What does not agree in the books, by check. Should be 0.',
        labelNames: ['check'],
      },
      () => known(({ findings }) => [...findings].map(([check, value]) => ({ labels: { check }, value }))),
    );
    metrics.gauge(
      { name: 'tollgate_self_audit_finished_timestamp_seconds', help: 'When all of the books were last audited.' },
      () => known(({ finishedAt }) => [{ labels: {}, value: (finishedAt?.getTime() ?? 0) / 1_000 }]),
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** Ends after the audit under way. */
  async onModuleDestroy(): Promise<void> {
    await this.loop.end();
  }

  async handle(): Promise<void> {
    await requestDueSelfAudit(this.database.pool, SCHEDULED_WITHIN_HOURS);
    this.loop.wake();
  }

  private async audit(): Promise<number> {
    await requestDueSelfAudit(this.database.pool, UNSCHEDULED_WITHIN_HOURS);
    for (const result of await carryOutSelfAudits(this.database.pool)) this.tell(result);
    this.verdict = await readSelfAuditVerdict(this.database.pool);
    return POLL_MS;
  }

  private tell({ audit: { id, extent, state, findings }, error }: CarriedOut): void {
    const [first] = findings;
    if (state === 'failed') this.log.error({ err: error, id, extent }, 'a self-audit could not be carried out');
    else if (state === 'red') this.log.error({ id, extent, count: findings.length, first }, 'the books do not agree');
    else this.log.info({ id, extent }, 'the books agree');
  }
}
