import type { CredentialHealth } from './credential-health.js';
import type { AttemptFigures } from './target-figures.js';
import type { ProviderFault, TargetHealth } from './target-health.js';

/** One attempt from its sending to its end. It ends once: whatever is said of it afterwards is not heard. */
export class RunningAttempt {
  /** The one with which it was sent; a deployment may be given another meanwhile. */
  readonly credential: CredentialHealth;
  readonly circuitTicket: number;
  readonly refusalTicket: number;
  readonly credentialTicket: number;
  private readonly credentialVersion: number;
  private running = true;

  constructor(
    private readonly target: TargetHealth,
    readonly began: number,
  ) {
    this.credential = target.credential;
    this.credentialVersion = this.credential.version;
    this.circuitTicket = target.circuit.takeProbe(began);
    this.refusalTicket = target.refusal.takeProbe(began);
    this.credentialTicket = this.credential.breaker.takeProbe(began);
  }

  /** Whether it finds out if the target is back, and everybody else waits for it. */
  get isProbe(): boolean {
    return this.circuitTicket + this.refusalTicket + this.credentialTicket > 0;
  }

  get isOfCurrentSecret(): boolean {
    return this.credential === this.target.credential && this.credentialVersion === this.credential.version;
  }

  succeeded(now: number, figures: AttemptFigures): void {
    if (this.end()) this.target.attemptSucceeded(now, this, figures);
  }

  failed(now: number, fault: ProviderFault, retryAfterMs: number | null): void {
    if (!this.end()) return;
    this.target.attemptFailed(now, this, { fault, retryAfterMs });
    this.releaseProbes();
  }

  /** It ended in a way that says nothing about the target: the request's own fault, the client left, a hedge lost. */
  left(): void {
    if (this.end()) this.releaseProbes();
  }

  private end(): boolean {
    if (!this.running) return false;
    this.running = false;
    this.target.inFlight--;
    return true;
  }

  /** Those that the end has not decided. */
  private releaseProbes(): void {
    if (!this.isProbe) return;
    this.target.circuit.release(this.circuitTicket);
    this.target.refusal.release(this.refusalTicket);
    this.credential.breaker.release(this.credentialTicket);
  }
}
