/** What is assumed of a deployment that has not answered yet: quicker than most, so that it is tried. */
const HOPED_FIRST_TOKEN_MS = 300;
const HOPED_TOKENS_PER_SECOND = 100;
const USUAL_OUTPUT_TOKENS = 250;

/**
 * Less than this is small change: a fiftieth of a cent more for a request is as much as nothing beside twice the wait.
 * It keeps the score of what is free above 0, so that speed and uptime count there too.
 */
export const SMALL_CHANGE = 0.0002;
/** An answer that takes so long scores its price. */
const ORDINARY_SECONDS = 2;
/** Uptime 0 is as bad as it gets, and still comparable. */
const LEAST_UPTIME = 0.01;

export interface BalancedFigures {
  /** USD for a request; null: not known, and then not told apart from free. Callers that know better say so. */
  readonly price: number | null;
  readonly uptime: number;
  readonly firstTokenMs: number | null;
  readonly tokensPerSecond: number | null;
}

/** How long an answer of so many tokens takes. */
export function answerSeconds(
  firstTokenMs: number | null,
  tokensPerSecond: number | null,
  outputTokens: number,
): number {
  return (firstTokenMs ?? HOPED_FIRST_TOKEN_MS) / 1_000 + outputTokens / (tokensPerSecond ?? HOPED_TOKENS_PER_SECOND);
}

/**
 * (price + small change) · √(seconds / 2) / uptime⁴, in USD: what an answer in two seconds that never fails would have to
 * cost to be as bad. Lower is better.
 *
 * A product, so that it is about ratios: a tenth cheaper is worth the same at any price. Price counts in full. Time counts
 * by its root: who answers in half the time may cost 1.4 times as much. Uptime counts four times over, because a failure
 * costs its time, another attempt's, and now and then the request: 99 % is 4 % worse than 100, 90 % is half worse.
 */
export function scoreOf(price: number, seconds: number, uptime: number): number {
  const up = LEAST_UPTIME + (1 - LEAST_UPTIME) * uptime;
  const squared = up * up;
  return ((price + SMALL_CHANGE) * Math.sqrt(seconds / ORDINARY_SECONDS)) / (squared * squared);
}

export function balancedScore(figures: BalancedFigures, outputTokens = USUAL_OUTPUT_TOKENS): number {
  const seconds = answerSeconds(figures.firstTokenMs, figures.tokensPerSecond, outputTokens);
  return scoreOf(figures.price ?? 0, seconds, figures.uptime);
}
