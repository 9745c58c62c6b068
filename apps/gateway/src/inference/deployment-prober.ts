import type { HealthRegistry, TargetHealth } from '@tollgate/routing';

import type { Deployment } from './control-plane/deployments.js';

const PROBE_MS = 15_000;

export interface ProberParts {
  readonly health: HealthRegistry;
  /** The deployments of now. */
  deployments(): readonly Deployment[];
  /** An exception that should not have been possible. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * Asks providers that are out of service whether they are back, so that no client has to find out. Whatever is in service
 * is known from its traffic and is left alone.
 */
export class DeploymentProber {
  private readonly timer: NodeJS.Timeout;
  /** Credentials that are being asked with. */
  private readonly underWay = new Set<string>();

  constructor(private readonly parts: ProberParts) {
    this.timer = setInterval(() => void this.probeAll().catch(parts.onDefect), PROBE_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * One question for each credential and address, however many models are asked through it. All at once: who lets the
   * question wait, which may be whatever an organization has named, keeps nobody else out of service.
   */
  async probeAll(): Promise<void> {
    const now = performance.now();
    const away = this.parts.health.all().filter((target) => target.availability(now) !== 'closed');
    await Promise.all([...this.byCredential(away)].map((each) => this.probe(each)));
  }

  private async probe([deployment, targets]: [Deployment, readonly TargetHealth[]]): Promise<void> {
    const { credentialId } = deployment.row;
    if (this.underWay.has(credentialId)) return;
    this.underWay.add(credentialId);
    try {
      const ok = await deployment.probe();
      for (const target of targets) target.probed(performance.now(), ok);
    } finally {
      this.underWay.delete(credentialId);
    }
  }

  private byCredential(targets: readonly TargetHealth[]): ReadonlyMap<Deployment, readonly TargetHealth[]> {
    const deployments = this.parts.deployments().filter(({ provider }) => !provider.simulated);
    const byId = new Map(deployments.map((deployment) => [deployment.row.id, deployment]));
    const askedFor = new Map<string, Deployment>();
    const found = new Map<Deployment, TargetHealth[]>();
    for (const target of targets) {
      const own = byId.get(target.deploymentId);
      if (own === undefined) continue;
      const deployment = askedFor.get(own.row.credentialId) ?? own;
      askedFor.set(own.row.credentialId, deployment);
      const known = found.get(deployment);
      if (known === undefined) found.set(deployment, [target]);
      else known.push(target);
    }
    return found;
  }
}
