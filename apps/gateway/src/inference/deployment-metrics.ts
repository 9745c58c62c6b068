import type { HealthRegistry, TargetHealth } from '@tollgate/routing';
import type { GaugeReading, Metrics } from '@tollgate/telemetry';

import type { Deployment } from './control-plane/deployments.js';

/** Below a pattern callers may invent names; only so many are shown. */
const MOST_SHOWN = 500;

/** How deployments are doing, for whoever watches the installation. Names no organization and no key. */
export function registerDeploymentMetrics(
  metrics: Metrics,
  health: HealthRegistry,
  deployments: () => readonly Deployment[],
): void {
  const labelNames = ['provider', 'deployment', 'model'];
  const gauge = (name: string, help: string, read: (target: TargetHealth, now: number) => number | null): void =>
    metrics.gauge({ name, help, labelNames }, () => readingsOf(health, deployments(), read));
  gauge(
    'tollgate_deployment_available',
    '1 while requests are sent there, 0 while it is out of service',
    (target, now) => (target.mayAsk(now) ? 1 : 0),
  );
  gauge('tollgate_deployment_uptime_ratio', 'Share of recent attempts that the provider did not fail', (target, now) =>
    target.attempted ? target.uptime(now) : null,
  );
  gauge('tollgate_deployment_in_flight', 'Attempts under way', ({ inFlight }) => inFlight);
  metrics.gauge(
    { name: 'tollgate_credentials_dead', help: 'Provider credentials that were refused and not repaired since: alarm' },
    () => new Set(health.all().flatMap(({ credential }) => (credential.isDead ? [credential.id] : []))).size,
  );
}

function readingsOf(
  health: HealthRegistry,
  deployments: readonly Deployment[],
  read: (target: TargetHealth, now: number) => number | null,
): GaugeReading[] {
  const providers = new Map(deployments.map(({ row, provider }) => [row.id, provider.id]));
  const now = performance.now();
  return health
    .all()
    .filter(({ isOfNote }) => isOfNote)
    .slice(0, MOST_SHOWN)
    .flatMap((target) => {
      const { deploymentId: deployment, upstreamModel: model } = target;
      const value = read(target, now);
      return value === null
        ? []
        : [{ labels: { provider: providers.get(deployment) ?? '', deployment, model }, value }];
    });
}
