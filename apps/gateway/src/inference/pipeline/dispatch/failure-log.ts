import type { Target } from '@tollgate/domain';
import type { UpstreamErrorFacts } from '@tollgate/providers';
import type { HotCounter, Logger, Metrics } from '@tollgate/telemetry';

/** A provider that is down fails thousands of times a minute; one line in so long says it as well. */
const QUIET_MS = 10_000;

/** Tells the operator which provider fails and how: a counter for each failure, and now and then a line. */
export class FailureLog {
  private readonly counter: (labels: { provider: string; code: string }) => HotCounter;
  private readonly saidAt = new Map<string, number>();
  private readonly unsaid = new Map<string, number>();

  constructor(
    metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.counter = metrics.counter({
      name: 'tollgate_attempt_failures_total',
      help: 'Attempts that a provider failed, by provider and error',
      labelNames: ['provider', 'code'],
    });
  }

  /** What the caller's own request caused is none of the operator's business. */
  note({ provider, deploymentId, upstreamModel }: Target, status: number, facts: UpstreamErrorFacts): void {
    if (facts.requestFault) return;
    const { code, upstreamCode, message } = facts;
    this.counter({ provider, code }).value++;
    const key = `${deploymentId} ${code}`;
    const now = performance.now();
    if (now - (this.saidAt.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) {
      this.unsaid.set(key, (this.unsaid.get(key) ?? 0) + 1);
      return;
    }
    const alsoFailed = this.unsaid.get(key) ?? 0;
    this.saidAt.set(key, now);
    this.unsaid.delete(key);
    const what = { provider, deploymentId, upstreamModel, status, code, upstreamCode, reason: message, alsoFailed };
    this.logger.warn(what, 'a provider failed an attempt');
  }
}
