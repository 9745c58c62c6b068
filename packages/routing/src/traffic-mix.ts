import { DecayedMean, fadeOver } from './decayed-mean.js';

const USUAL_INPUT_TOKENS = 1_000;
const USUAL_OUTPUT_TOKENS = 250;
/** The usual request counts as so many, so that one odd request does not turn the order of prices. */
const PRIOR_REQUESTS = 2;
const MOST_REQUESTS = 200;
/** So many cached tokens as expected are taken to have been seen before anything is known. */
const PRIOR_CACHED_TOKENS = 2_000;
const MOST_CACHED_TOKENS = 200_000;

/** How long the requests of one key to one route are of late. */
export class TrafficMix {
  private readonly input = new DecayedMean(MOST_REQUESTS);
  private readonly output = new DecayedMean(MOST_REQUESTS);
  private readonly cache = new DecayedMean(MOST_CACHED_TOKENS);
  private fadedAt = Number.NEGATIVE_INFINITY;

  record(now: number, inputTokens: number, outputTokens: number): void {
    const factor = fadeOver(now - this.fadedAt);
    if (factor !== 1) {
      this.fadedAt = now;
      this.input.fade(factor);
      this.output.fade(factor);
      this.cache.fade(factor);
    }
    this.input.add(inputTokens, 1);
    this.output.add(outputTokens, 1);
  }

  /** `expectedTokens`: how many others have from the cache there, in as much input. */
  recordCache(cacheReadTokens: number, expectedTokens: number): void {
    this.cache.add(cacheReadTokens / expectedTokens, expectedTokens);
  }

  /**
   * How much of a deployment's cache these requests make use of, beside those of others: 1 is as much. Single requests
   * are not worth a dear deployment whose discount is for conversations.
   */
  cacheShareAt(cacheShare: number): number {
    return Math.min(1, cacheShare * this.cache.towards(1, PRIOR_CACHED_TOKENS));
  }

  get inputTokens(): number {
    return this.input.towards(USUAL_INPUT_TOKENS, PRIOR_REQUESTS);
  }

  get outputTokens(): number {
    return this.output.towards(USUAL_OUTPUT_TOKENS, PRIOR_REQUESTS);
  }
}
