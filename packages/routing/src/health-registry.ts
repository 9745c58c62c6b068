import { CredentialHealth } from './credential-health.js';
import { TargetHealth } from './target-health.js';
import type { TargetName } from './target-health.js';

export interface TargetIdentity extends TargetName {
  readonly credentialId: string;
  /** Grows with each new secret. */
  readonly credentialVersion: number;
}

/** Callers may invent names below a pattern, and each is a target of its own: of so many the idle half is forgotten. */
const MOST_TARGETS = 8_192;

/**
 * The health of every target and credential in this process. Asked when candidates are made, never for a request: the
 * candidate keeps what it is given.
 */
export class HealthRegistry {
  private readonly clock: () => number;
  private readonly random: () => number;
  private readonly targets = new Map<string, TargetHealth>();
  private readonly credentials = new Map<string, CredentialHealth>();

  constructor({ clock, random = Math.random }: { clock: () => number; random?: () => number }) {
    this.clock = clock;
    this.random = random;
  }

  targetOf(identity: TargetIdentity): TargetHealth {
    const credential = this.knowCredential(identity.credentialId, identity.credentialVersion);
    const key = `${identity.deploymentId}\n${identity.upstreamModel}`;
    const known = this.targets.get(key);
    if (known === undefined) {
      if (this.targets.size >= MOST_TARGETS) this.forgetIdle();
      const target = new TargetHealth(identity, credential, { now: this.clock(), random: this.random });
      this.targets.set(key, target);
      return target;
    }
    if (known.credential !== credential) {
      known.credential = credential;
      known.clearBenches();
    }
    return known;
  }

  credentialOf(id: string): CredentialHealth | null {
    return this.credentials.get(id) ?? null;
  }

  /** Forgets what no deployment uses any more. */
  retainOnly(deploymentIds: ReadonlySet<string>): void {
    const used = new Set<string>();
    for (const [key, target] of this.targets) {
      if (deploymentIds.has(target.deploymentId)) used.add(target.credential.id);
      else this.targets.delete(key);
    }
    for (const id of this.credentials.keys()) if (!used.has(id)) this.credentials.delete(id);
  }

  all(): readonly TargetHealth[] {
    return [...this.targets.values()];
  }

  /** Those that were asked longest ago. Whoever still has one goes on with it. */
  private forgetIdle(): void {
    const idle = [...this.targets].filter(([, { inFlight }]) => inFlight === 0);
    idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [key] of idle.slice(0, MOST_TARGETS / 2)) this.targets.delete(key);
  }

  private knowCredential(id: string, version: number): CredentialHealth {
    const known = this.credentials.get(id);
    if (known === undefined) {
      const credential = new CredentialHealth(id, version, this.random);
      this.credentials.set(id, credential);
      return credential;
    }
    if (version > known.version) {
      known.version = version;
      known.breaker.close();
      for (const target of this.targets.values()) if (target.credential === known) target.clearBenches();
    }
    return known;
  }
}
