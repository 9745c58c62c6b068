import { METERS } from '@tollgate/domain';
import fc from 'fast-check';

import type { BillingTerms, Price, PriceRule } from '../src/price.js';
import type { RatingRequest } from '../src/rating.js';

/** A Thursday noon in UTC. */
export const NOON = Date.UTC(2026, 10, 26, 12, 0);

export const AT_LIST: BillingTerms = { markupBasisPoints: 0, platformFeeBasisPoints: 0 };

/** Two dollars and a half for a million input tokens, unless told otherwise. */
export function priceOf(parts: Partial<Price> = {}): Price {
  return {
    id: `price_${Object.values(parts).join('_')}`,
    provider: 'openai',
    model: 'gpt-4o',
    meter: 'input',
    serviceTier: '*',
    region: '*',
    fromTokens: 0,
    timeWindow: '*',
    amountPicos: 2_500_000_000_000n,
    per: 1_000_000,
    effectiveFrom: 0,
    effectiveTo: null,
    ...parts,
  };
}

export function requestOf(parts: Partial<RatingRequest> = {}): RatingRequest {
  return {
    usage: { input: 1_000 },
    serviceTier: '*',
    region: '*',
    occurredAt: NOON,
    credentialOwner: 'operator',
    simulated: false,
    ...parts,
  };
}

export function ruleOf(parts: Partial<PriceRule> = {}): PriceRule {
  const any = { provider: '*', model: '*', meter: '*', serviceTier: '*', region: '*' } as const;
  return { id: `rule_${Object.values(parts).join('_')}`, depth: 0, ...any, basisPoints: 0, ...parts };
}

/** Rules of three books without two for the same thing. */
const anyRules: fc.Arbitrary<PriceRule[]> = fc.uniqueArray(
  fc
    .record({
      depth: fc.nat(2),
      provider: fc.constantFrom('*', 'openai', 'anthropic'),
      model: fc.constantFrom('*', 'gpt-4o', 'o3'),
      meter: fc.constantFrom('*' as const, '*' as const, ...METERS),
      serviceTier: fc.constantFrom('*', '*', 'default', 'flex', 'priority'),
      region: fc.constantFrom('*', '*', 'eu'),
      basisPoints: fc.integer({ min: -10_000, max: 30_000 }),
    })
    .map(ruleOf),
  {
    maxLength: 8,
    selector: ({ depth, provider, model, meter, serviceTier, region }) =>
      [depth, provider, model, meter, serviceTier, region].join('|'),
  },
);

export const anyTerms: fc.Arbitrary<BillingTerms> = fc.record({
  markupBasisPoints: fc.integer({ min: -10_000, max: 30_000 }),
  platformFeeBasisPoints: fc.integer({ min: 0, max: 5_000 }),
  rules: fc.oneof(fc.constant([]), anyRules),
});

const anyPrice: fc.Arbitrary<Price> = fc
  .record({
    model: fc.constantFrom('gpt-4o', 'gpt-4o', 'gpt-4o', '*'),
    meter: fc.constantFrom(...METERS),
    serviceTier: fc.constantFrom('*', '*', 'flex', 'priority'),
    region: fc.constantFrom('*', '*', 'eu'),
    fromTokens: fc.constantFrom(0, 0, 200, 5_000),
    timeWindow: fc.constantFrom('*', '*', '22:00-02:00', '06:00-14:00'),
    amountPicos: fc.bigInt(0n, 10n ** 14n),
    per: fc.constantFrom(1, 3, 7, 1_000, 1_000_000),
  })
  .map((parts) => priceOf(parts));

/** Prices of one model without overlaps: those that differ in amount only are left out. */
export const anyPrices: fc.Arbitrary<Price[]> = fc.uniqueArray(anyPrice, {
  minLength: 1,
  maxLength: 25,
  selector: (price) =>
    [price.model, price.meter, price.serviceTier, price.region, price.fromTokens, price.timeWindow].join('|'),
});
