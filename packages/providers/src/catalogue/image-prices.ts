import type { ImportedPrice } from './catalogue-data.js';

/**
 * Prices of images that depend on their quality and size. The two make a service tier, `quality:size` in the words of
 * the provider's answer, or of the request where the answer does not repeat them: `hd:1024x1792`. A model that knows no
 * qualities has `standard`. So the price that applies is found as every other, by the tier that was served, a request
 * without a price for its size is unpriced, and a hold is bounded by the tiers that it may be served at. Models whose
 * images are billed by their tokens (`gpt-image-1`) have no such prices and no such tier.
 */
export function imagePrices(
  quality: string,
  dollarsBySize: Readonly<Record<string, string>>,
): readonly ImportedPrice[] {
  return Object.entries(dollarsBySize).map(([size, amount]) => ({
    meter: 'image',
    amount,
    per: 1,
    serviceTier: `${quality}:${size}`,
  }));
}

/** One price for an image of any size. */
export function imagePrice(amount: string): ImportedPrice {
  return { meter: 'image', amount, per: 1 };
}
