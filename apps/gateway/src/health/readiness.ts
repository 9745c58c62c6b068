export interface ReadinessReport {
  readonly ready: boolean;
  /** `degraded`: known keys keep working, and usage waits in the journal. */
  readonly status: 'ready' | 'degraded' | 'stopping';
  readonly checks: Readonly<Record<string, string>>;
}

type Check = () => string;
const OK = 'ok';

/** Collects what the parts of the gateway say about themselves. */
export class Readiness {
  private readonly checks = new Map<string, Check>();
  private stopping = false;

  /** `check` answers `ok` or, in a few words, what is wrong; it is called at each probe and must be cheap. */
  register(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** From now on no new request should be sent here. */
  beginStopping(): void {
    this.stopping = true;
  }

  report(): ReadinessReport {
    const checks = Object.fromEntries([...this.checks].map(([name, check]) => [name, check()]));
    const degraded = Object.values(checks).some((answer) => answer !== OK);
    // a gateway without its database still serves known keys: taking it out of rotation would make things worse
    return { ready: !this.stopping, status: this.stopping ? 'stopping' : degraded ? 'degraded' : 'ready', checks };
  }
}
