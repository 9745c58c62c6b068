import type { TargetHealth } from './target-health.js';

const SETS = 2_048;
const WAYS = 8;
/** Prompt caches are emptied after five to ten minutes without use. */
const TTL_MS = 10 * 60_000;

/**
 * Where the prompt cache of a conversation is, for the latest 16,384 conversations. The place of the one that was used
 * longest ago, of eight that share a set, is taken by the next. Arrays of a fixed size: a map that changes with every
 * request would keep the garbage collector busy. Two conversations of the same hash are taken for one, which costs
 * nothing but a choice that could have been better.
 */
export class Conversations {
  private readonly hashes = new Int32Array(SETS * WAYS);
  private readonly usedAt = new Float64Array(SETS * WAYS).fill(Number.NEGATIVE_INFINITY);
  private readonly tokens = new Float64Array(SETS * WAYS);
  private readonly targets = new Array<TargetHealth | null>(SETS * WAYS).fill(null);
  private found = -1;

  /** An answer was given by `target`, which has so long a prefix in its prompt cache now, if it has one. */
  remember(conversation: number, now: number, { target, cachedTokens }: CachedPrefix): void {
    const hash = conversation | 0;
    const at = this.placeOf(hash);
    this.hashes[at] = hash;
    this.usedAt[at] = now;
    this.tokens[at] = cachedTokens;
    this.targets[at] = target;
  }

  /** The target that has its prefix in the cache; null: none, or too long ago. `cachedTokens` then tells how much. */
  targetOf(conversation: number, now: number): TargetHealth | null {
    const at = this.indexOf(conversation | 0);
    this.found = at;
    return at >= 0 && now - (this.usedAt[at] ?? 0) < TTL_MS ? (this.targets[at] ?? null) : null;
  }

  /** Of the conversation that was last asked for. */
  get cachedTokens(): number {
    return this.tokens[this.found] ?? 0;
  }

  private indexOf(hash: number): number {
    const from = (hash & (SETS - 1)) * WAYS;
    for (let at = from; at < from + WAYS; at++) if (this.hashes[at] === hash && this.targets[at] !== null) return at;
    return -1;
  }

  private placeOf(hash: number): number {
    const known = this.indexOf(hash);
    if (known >= 0) return known;
    let oldest = (hash & (SETS - 1)) * WAYS;
    for (let at = oldest + 1, end = oldest + WAYS; at < end; at++)
      if ((this.usedAt[at] ?? 0) < (this.usedAt[oldest] ?? 0)) oldest = at;
    return oldest;
  }
}

export interface CachedPrefix {
  readonly target: TargetHealth;
  readonly cachedTokens: number;
}
