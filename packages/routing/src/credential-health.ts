import { Breaker } from './breaker.js';

const DEAD = { firstMs: 60_000, mostMs: 10 * 60_000 };

/**
 * Whether a provider takes a credential. After one 401 it is dead, and so are all targets that use it; one attempt at a
 * time finds out later whether it was repaired at the provider. A new secret revives it at once.
 */
export class CredentialHealth {
  /** Open while the credential is dead. */
  readonly breaker: Breaker;

  constructor(
    readonly id: string,
    public version: number,
    random: () => number,
  ) {
    this.breaker = new Breaker(DEAD, random);
  }

  get isDead(): boolean {
    return !this.breaker.isClosed;
  }
}
