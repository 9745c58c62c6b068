import { createHash } from 'node:crypto';

import type { MintedToken } from './token-endpoint.js';
import { AuthorizationError } from './upstream-authorizer.js';

/** Long before its end a token is refreshed while it is still used, … */
const REFRESH_AHEAD_MS = 300_000;
/** … and this long before it is used no more: it has to be good when it arrives. Of short lives, parts. */
const UNUSED_AHEAD_MS = 30_000;
/** So long nobody is asked again after a failure. */
const FAILURE_MS = 5_000;
/** More are never in use at once; what is over is forgotten when there are so many. */
const MAX_ENTRIES = 1_000;

interface Entry {
  token: string | null;
  refreshAt: number;
  unusedAt: number;
  failure: AuthorizationError | null;
  failedAt: number;
  running: Promise<string> | null;
}

export type Mint = () => Promise<MintedToken>;

/** The key of a credential: what it consists of, unreadable. Two that differ in anything have nothing in common. */
export function cacheKey(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

/**
 * Minted tokens of a process. It outlives the authorizers that use it: those are made anew whenever the control plane is
 * loaded, and must not all mint again.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly now: () => number = Date.now) {}

  /**
   * The token, at once where there is one; else when it has been minted. Whoever asks meanwhile waits for the same one.
   * @throws AuthorizationError, or rejects with one.
   */
  tokenFor(key: string, mint: Mint): string | Promise<string> {
    const entry = this.#entry(key);
    const now = this.now();
    if (entry.token !== null && now < entry.unusedAt) {
      // a failure in the background is told to nobody while the token is good
      if (now >= entry.refreshAt && !this.#hasJustFailed(entry)) this.#run(entry, mint).catch(() => undefined);
      return entry.token;
    }
    if (entry.running !== null) return entry.running;
    if (entry.failure !== null && this.#hasJustFailed(entry)) throw entry.failure;
    return this.#run(entry, mint);
  }

  #hasJustFailed({ failure, failedAt }: Entry): boolean {
    return failure !== null && this.now() - failedAt < FAILURE_MS;
  }

  #entry(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= MAX_ENTRIES) this.#forgetUnused();
    const entry: Entry = { token: null, refreshAt: 0, unusedAt: 0, failure: null, failedAt: 0, running: null };
    this.#entries.set(key, entry);
    return entry;
  }

  #forgetUnused(): void {
    const now = this.now();
    for (const [key, { unusedAt, running }] of this.#entries) {
      if (running === null && now >= unusedAt) this.#entries.delete(key);
    }
  }

  #run(entry: Entry, mint: Mint): Promise<string> {
    entry.running ??= this.#mint(entry, mint).finally(() => {
      entry.running = null;
    });
    return entry.running;
  }

  async #mint(entry: Entry, mint: Mint): Promise<string> {
    const askedAt = this.now();
    try {
      const { token, lifetimeMs } = await mint();
      // counted from when it was asked for: it may have been made then
      entry.unusedAt = askedAt + lifetimeMs - Math.min(UNUSED_AHEAD_MS, lifetimeMs / 10);
      entry.refreshAt = askedAt + lifetimeMs - Math.min(REFRESH_AHEAD_MS, lifetimeMs / 5);
      entry.token = token;
      entry.failure = null;
      return token;
    } catch (error) {
      entry.failure = asAuthorizationError(error);
      entry.failedAt = this.now();
      throw entry.failure;
    }
  }
}

/** What else goes wrong while minting is no fault of the credential, and its message may hold anything. */
function asAuthorizationError(error: unknown): AuthorizationError {
  if (error instanceof AuthorizationError) return error;
  return new AuthorizationError('unreachable', 'No token could be minted.');
}
