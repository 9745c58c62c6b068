import { DecayedMean, fadeOver } from './decayed-mean.js';

const USUAL_INPUT_TOKENS = 1_000;
const USUAL_OUTPUT_TOKENS = 250;
/** The usual request counts as so many, so that one odd request does not turn the order of prices. */
const PRIOR_REQUESTS = 2;
const MOST_REQUESTS = 200;
const PRIOR_TOKENS = PRIOR_REQUESTS * USUAL_INPUT_TOKENS;
const MOST_TOKENS = MOST_REQUESTS * USUAL_INPUT_TOKENS;

/** How long the requests of one key to one route are of late. */
export class TrafficMix {
  private readonly input = new DecayedMean(MOST_REQUESTS);
  private readonly output = new DecayedMean(MOST_REQUESTS);
  private readonly cacheable = new DecayedMean(MOST_TOKENS);
  private fadedAt = Number.NEGATIVE_INFINITY;

  record(now: number, inputTokens: number, outputTokens: number): void {
    const factor = fadeOver(now - this.fadedAt);
    if (factor !== 1) {
      this.fadedAt = now;
      this.input.fade(factor);
      this.output.fade(factor);
      this.cacheable.fade(factor);
    }
    this.input.add(inputTokens, 1);
    this.output.add(outputTokens, 1);
  }

  /** So much of a request's input could have come from a prompt cache: its conversation, or what did come. */
  recordCacheable(cacheableTokens: number, inputTokens: number): void {
    this.cacheable.add(Math.min(1, cacheableTokens / inputTokens), inputTokens);
  }

  /**
   * The share of input that the best of caches would have. It is the key's own: single requests are not worth a dear
   * deployment whose discount is for conversations, whatever others get there.
   */
  get cacheableShare(): number {
    return this.cacheable.towards(0, PRIOR_TOKENS);
  }

  get inputTokens(): number {
    return this.input.towards(USUAL_INPUT_TOKENS, PRIOR_REQUESTS);
  }

  get outputTokens(): number {
    return this.output.towards(USUAL_OUTPUT_TOKENS, PRIOR_REQUESTS);
  }
}
