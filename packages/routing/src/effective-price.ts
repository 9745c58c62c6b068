/** USD for one token, and for each request. For comparing deployments; what is billed is rated exactly elsewhere. */
export interface UnitPrices {
  readonly input: number;
  /** Of input tokens that come from the provider's prompt cache; the price of input where there is no such discount. */
  readonly cacheRead: number;
  readonly output: number;
  readonly request: number;
}

/** Tokens of a request. */
export interface RequestSize {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** USD that a request of this size costs when this share of its input comes from the prompt cache. */
export function effectivePrice(prices: UnitPrices, size: RequestSize, cacheShare: number): number {
  const input = prices.input + (prices.cacheRead - prices.input) * cacheShare;
  return prices.request + size.inputTokens * input + size.outputTokens * prices.output;
}

/** USD of a request whose first `cachedTokens` come from the prompt cache, with `freshTokens` after them. */
export function priceWithPrefix(
  prices: UnitPrices,
  size: { readonly cachedTokens: number; readonly freshTokens: number; readonly outputTokens: number },
): number {
  return (
    prices.request +
    size.cachedTokens * prices.cacheRead +
    size.freshTokens * prices.input +
    size.outputTokens * prices.output
  );
}
