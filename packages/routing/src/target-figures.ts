import { DecayedMean, fadeOver } from './decayed-mean.js';

/** What an attempt that succeeded tells. */
export interface AttemptFigures {
  /** From the sending to the first token; null: the answer came whole. */
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
}

/** Before anything is known, so many attempts are taken to have succeeded: one failure among two makes 90 %, not 50. */
const PRIOR_ATTEMPTS = 8;
/** A refusal for too many requests is the quota's fault more than the provider's. */
const RATE_LIMITED_WEIGHT = 0.2;
/** Fewer output tokens say nothing of their pace. */
const LEAST_OUTPUT_TOKENS = 8;
/** Below this share of one ordinary observation, what was known is forgotten. */
const FORGOTTEN = 1 / 64;
/** Of a cache that is not known, so many tokens are taken to have been found where they should be. */
const PRIOR_CACHED_TOKENS = 5_000;
const ORDINARY_OUTPUT_TOKENS = 250;
const ORDINARY_INPUT_TOKENS = 1_000;

/** How a target has done of late. All figures fade together. */
export class TargetFigures {
  private readonly successes = new DecayedMean(500);
  private readonly firstToken = new DecayedMean(100);
  /** Milliseconds for each output token, weighted by tokens. */
  private readonly pace = new DecayedMean(100 * ORDINARY_OUTPUT_TOKENS);
  private readonly cache = new DecayedMean(200 * ORDINARY_INPUT_TOKENS);
  private readonly yields = new DecayedMean(200 * ORDINARY_INPUT_TOKENS);

  constructor(private fadedAt: number) {}

  fadeTo(now: number): void {
    const factor = fadeOver(now - this.fadedAt);
    if (factor === 1) return;
    this.fadedAt = now;
    this.successes.fade(factor);
    this.firstToken.fade(factor);
    this.pace.fade(factor);
    this.cache.fade(factor);
    this.yields.fade(factor);
  }

  succeeded(figures: AttemptFigures): void {
    this.successes.add(1, 1);
    this.learnTimes(figures);
    const { inputTokens, cacheReadTokens } = figures;
    if (inputTokens > 0) this.cache.add(Math.min(1, cacheReadTokens / inputTokens), inputTokens);
  }

  failed(): void {
    this.successes.add(0, 1);
  }

  rateLimited(): void {
    this.successes.add(0, RATE_LIMITED_WEIGHT);
  }

  get attempted(): boolean {
    return this.successes.weight >= FORGOTTEN;
  }

  get uptime(): number {
    return this.successes.towards(1, PRIOR_ATTEMPTS);
  }

  get firstTokenMs(): number | null {
    return this.firstToken.weight >= FORGOTTEN ? this.firstToken.mean : null;
  }

  get tokensPerSecond(): number | null {
    return this.pace.weight >= FORGOTTEN * ORDINARY_OUTPUT_TOKENS ? 1_000 / this.pace.mean : null;
  }

  get cacheShare(): number {
    return this.cache.weight >= FORGOTTEN * ORDINARY_INPUT_TOKENS ? this.cache.mean : 0;
  }

  get cacheYield(): number {
    return this.yields.towards(1, PRIOR_CACHED_TOKENS);
  }

  learnCache(readTokens: number, expectedTokens: number): void {
    this.yields.add(Math.min(1, readTokens / expectedTokens), expectedTokens);
  }

  /** Of an answer that came whole, the wait for its first token is what streams have shown, or nothing. */
  private learnTimes({ firstTokenMs, totalMs, inputTokens, outputTokens }: AttemptFigures): void {
    if (firstTokenMs !== null) this.firstToken.add(firstTokenMs, 1);
    if (outputTokens < LEAST_OUTPUT_TOKENS) {
      // embeddings are there at once; of what nobody counted, it is not known whether anything was written
      if (firstTokenMs === null && inputTokens > 0) this.firstToken.add(totalMs, 1);
      return;
    }
    const waitedMs = firstTokenMs ?? Math.min(this.firstTokenMs ?? 0, totalMs / 2);
    const msPerToken = Math.max(totalMs - waitedMs, 1) / outputTokens;
    this.pace.add(msPerToken, outputTokens);
  }
}
