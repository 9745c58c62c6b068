/**
 * Provider credentials that the provider refused with a 401. A benched one is tried again after a while, and at once
 * when the control plane changes, because that is how it gets repaired.
 */
const BENCH_MS = 60_000;

export class CredentialHealth {
  private readonly benchedUntil = new Map<string, number>();

  bench(credentialId: string): void {
    this.benchedUntil.set(credentialId, performance.now() + BENCH_MS);
  }

  isBenched(credentialId: string): boolean {
    if (this.benchedUntil.size === 0) return false;
    const until = this.benchedUntil.get(credentialId);
    if (until === undefined) return false;
    if (until > performance.now()) return true;
    this.benchedUntil.delete(credentialId);
    return false;
  }

  reset(): void {
    this.benchedUntil.clear();
  }
}
