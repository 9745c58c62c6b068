import type { Principal } from '../../control-plane/principal.js';

/** Reads principals from Postgres; keys that do not exist or are revoked are absent from the answer. */
type PrincipalLoader = (secretHashes: readonly string[]) => Promise<ReadonlyMap<string, Principal>>;

export interface PrincipalCacheOptions {
  readonly load: PrincipalLoader;
  /** The same for keys that are cached, after a change of the control plane has been taken in. */
  readonly reload: PrincipalLoader;
  /** How long keys stay usable when Postgres is away. */
  readonly maxStalenessMs: number;
}

const MAX_PRINCIPALS = 100_000;
const MAX_UNKNOWN = 10_000;
const UNKNOWN_TTL_MS = 1_000;

interface Waiter {
  resolve(principal: Principal | null): void;
  reject(error: Error): void;
}

/**
 * The keys that this gateway has seen. A look-up of a known key never waits; unknown ones of one event-loop turn are
 * read in one query. `freshen` replaces everything after a change of the control plane, which is how a revocation
 * arrives here.
 */
export class PrincipalCache {
  private principals = new Map<string, Principal>();
  private readonly unknownUntil = new Map<string, number>();
  private waiting: Map<string, Waiter[]> | null = null;
  private confirmedAt = performance.now();
  private generation = 0;

  constructor(private readonly options: PrincipalCacheOptions) {}

  /** The principal, `null` when the key is known not to exist, `undefined` when Postgres has to be asked. */
  known(secretHash: string, nowMs: number): Principal | null | undefined {
    const principal = this.principals.get(secretHash);
    if (principal !== undefined) return this.isTooStale() ? undefined : principal;
    const until = this.unknownUntil.get(secretHash);
    return until !== undefined && until > nowMs ? null : undefined;
  }

  /** @throws when Postgres cannot be asked; the caller must then answer 503 and never 401. */
  load(secretHash: string): Promise<Principal | null> {
    return new Promise((resolve, reject) => {
      if (this.waiting === null) {
        this.waiting = new Map();
        setImmediate(() => void this.loadWaiting());
      }
      const waiters = this.waiting.get(secretHash);
      if (waiters === undefined) this.waiting.set(secretHash, [{ resolve, reject }]);
      else waiters.push({ resolve, reject });
    });
  }

  /** The control plane was read and is unchanged, so what is cached is still true. */
  confirm(): void {
    this.confirmedAt = performance.now();
  }

  /** Reads every cached key again; keys that are gone stop working with the return of this call. */
  async freshen(): Promise<void> {
    this.generation++;
    const hashes = [...this.principals.keys()];
    const fresh = hashes.length === 0 ? new Map<string, Principal>() : await this.options.reload(hashes);
    this.principals = new Map(fresh);
    this.unknownUntil.clear();
    this.confirm();
  }

  get size(): number {
    return this.principals.size;
  }

  private isTooStale(): boolean {
    return performance.now() - this.confirmedAt > this.options.maxStalenessMs;
  }

  private async loadWaiting(): Promise<void> {
    const waiting = this.waiting ?? new Map<string, Waiter[]>();
    this.waiting = null;
    const generation = this.generation;
    try {
      const found = await this.options.load([...waiting.keys()]);
      for (const [hash, waiters] of waiting) {
        const principal = found.get(hash) ?? null;
        // read before a change that has been taken in meanwhile: good for this request, not for the cache
        if (generation === this.generation) this.remember(hash, principal);
        for (const waiter of waiters) waiter.resolve(principal);
      }
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter.reject(reason);
    }
  }

  private remember(hash: string, principal: Principal | null): void {
    if (principal === null) {
      if (this.unknownUntil.size >= MAX_UNKNOWN) this.unknownUntil.clear();
      this.unknownUntil.set(hash, Date.now() + UNKNOWN_TTL_MS);
      return;
    }
    if (this.principals.size >= MAX_PRINCIPALS) this.forgetOldest();
    this.principals.set(hash, principal);
  }

  private forgetOldest(): void {
    const oldest = this.principals.keys().next();
    if (oldest.done !== true) this.principals.delete(oldest.value);
  }
}
