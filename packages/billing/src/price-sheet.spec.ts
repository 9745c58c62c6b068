import { describe, expect, test } from '@jest/globals';
import { METERS } from '@tollgate/domain';
import type { Meter } from '@tollgate/domain';
import fc from 'fast-check';

import { AT_LIST, NOON, anyPrices, priceOf } from '../test/prices.js';
import { pricingMeters } from './meter-fallbacks.js';
import { compilePriceSheet, isPriced, resolvePrice } from './price-sheet.js';
import type { PriceQuery } from './price-sheet.js';
import type { Price } from './price.js';
import { minuteOfDay, parseTimeWindow, windowContains } from './time-window.js';

const query = (parts: Partial<PriceQuery> = {}): PriceQuery => ({
  serviceTier: '*',
  region: '*',
  occurredAt: NOON,
  inputTokens: 0,
  ...parts,
});

const chosen = (prices: Price[], parts: Partial<PriceQuery> = {}): string | undefined =>
  resolvePrice(compilePriceSheet(prices, AT_LIST), 'input', query(parts))?.source.id;

describe('precedence', () => {
  const any = priceOf({ id: 'any' });
  const provider = priceOf({ id: 'provider', model: '*', serviceTier: 'default', region: 'eu' });
  const tier = priceOf({ id: 'tier', serviceTier: 'default' });
  const region = priceOf({ id: 'region', region: 'eu' });
  const window = priceOf({ id: 'window', timeWindow: '11:00-13:00' });
  const context = priceOf({ id: 'context', fromTokens: 100 });
  const cached = priceOf({ id: 'cached', meter: 'input_cache_read' });

  test.each([
    ['model before provider', [provider, any], 'any'],
    ['provider where the model has none', [provider, cached], 'provider'],
    ['service tier before region', [any, region, tier], 'tier'],
    ['region before time window', [any, window, region], 'region'],
    ['time window before context tier', [any, context, window], 'window'],
    ['context tier before the base', [any, context], 'context'],
  ])('%s', (_, prices, expected) => {
    expect(chosen(prices, { serviceTier: 'default', region: 'eu', inputTokens: 100 })).toBe(expected);
  });

  test('another region, hour or a smaller context falls back to any', () => {
    const prices = [any, region, window, context];
    expect(chosen(prices, { region: 'us', occurredAt: NOON + 3_600_000, inputTokens: 99 })).toBe('any');
  });

  test("a meter's own price wins over a fallback that is more specific", () => {
    const sheet = compilePriceSheet([tier, cached], AT_LIST);
    expect(resolvePrice(sheet, 'input_cache_read', query({ serviceTier: 'default' }))?.source.id).toBe('cached');
  });

  test('any set of prices resolves as the written order says', () => {
    const rank = (price: Price): number[] => [
      price.model === '*' ? 0 : 1,
      price.serviceTier === '*' ? 0 : 1,
      price.region === '*' ? 0 : 1,
      price.timeWindow === '*' ? 0 : 1,
      price.fromTokens,
    ];
    const anyQuery = fc.record({
      serviceTier: fc.constantFrom('*', 'default', 'standard', 'flex', 'priority', 'batch'),
      region: fc.constantFrom('*', 'eu', 'us'),
      occurredAt: fc.integer({ min: 0, max: 86_400_000 - 1 }),
      inputTokens: fc.constantFrom(0, 199, 200, 4_999, 5_000),
    });
    fc.assert(
      fc.property(anyPrices, anyQuery, fc.constantFrom(...METERS), (prices, asked, meter) => {
        const applies = (price: Price): boolean => {
          const hours = parseTimeWindow(price.timeWindow);
          return (
            holdsAt(price, asked.serviceTier) &&
            ['*', asked.region].includes(price.region) &&
            price.fromTokens <= asked.inputTokens &&
            (hours === null || windowContains(hours, minuteOfDay(asked.occurredAt)))
          );
        };
        const own = pricingMeters(meter)
          .map((from) => prices.filter((price) => price.meter === from && applies(price)))
          .find((found) => found.length > 0);
        const best = own?.reduce((a, b) => (compareRanks(rank(b), rank(a)) > 0 ? b : a));
        expect(resolvePrice(compilePriceSheet(prices, AT_LIST), meter, asked)?.source).toBe(best);
      }),
      { numRuns: 2_000 },
    );
  });

  function holdsAt(price: Price, served: string): boolean {
    const ordinary = ['*', 'default', 'standard'];
    if (price.serviceTier === '*' && ['request', 'web_search', 'search_unit'].includes(price.meter)) return true;
    return ordinary.includes(price.serviceTier) ? ordinary.includes(served) : price.serviceTier === served;
  }

  function compareRanks(a: number[], b: number[]): number {
    return a.map((value, at) => value - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
  }
});

describe('service tiers', () => {
  const list = [priceOf({ id: 'input' }), priceOf({ id: 'search', meter: 'web_search' })];
  const sheet = compilePriceSheet(
    [
      ...list,
      priceOf({ id: 'batch-input', serviceTier: 'batch' }),
      priceOf({ id: 'batch-cached', meter: 'input_cache_read', serviceTier: 'batch' }),
      priceOf({ id: 'cached', meter: 'input_cache_read' }),
      priceOf({ id: 'flex-input', serviceTier: 'flex' }),
    ],
    AT_LIST,
  );
  const at = (serviceTier: string, meter: Meter = 'input'): string | undefined =>
    resolvePrice(sheet, meter, query({ serviceTier }))?.source.id;

  test.each(['*', 'default', 'standard', 'on_demand', 'auto'])('%s is ordinary processing', (served) => {
    expect(at(served)).toBe('input');
  });

  test('a price that names ordinary processing holds whatever the provider calls it', () => {
    const named = compilePriceSheet([priceOf({ id: 'named', serviceTier: 'standard' })], AT_LIST);
    expect(
      ['*', 'default', 'flex'].map((tier) => resolvePrice(named, 'input', query({ serviceTier: tier }))?.source.id),
    ).toEqual(['named', 'named', undefined]);
  });

  test('another tier goes by its own prices, and is never rated at those of ordinary processing', () => {
    expect([at('batch'), at('batch', 'input_cache_read'), at('priority')]).toEqual([
      'batch-input',
      'batch-cached',
      undefined,
    ]);
  });

  test('a meter that the tier does not name falls back within the tier', () => {
    expect(at('flex', 'input_cache_read')).toBe('flex-input');
  });

  test('a fee per call is the same at every tier, unless the tier names its own', () => {
    expect([at('priority', 'web_search'), at('batch', 'web_search')]).toEqual(['search', 'search']);
    const own = compilePriceSheet(
      [...list, priceOf({ id: 'own', meter: 'web_search', serviceTier: 'batch' })],
      AT_LIST,
    );
    expect(resolvePrice(own, 'web_search', query({ serviceTier: 'batch' }))?.source.id).toBe('own');
  });
});

describe('gaps and overlaps', () => {
  const old = priceOf({ id: 'old', effectiveFrom: 1_000, effectiveTo: 2_000 });
  const current = priceOf({ id: 'current', effectiveFrom: 2_000 });

  test('one price ends in the millisecond in which the next begins', () => {
    expect([999, 1_000, 1_999, 2_000].map((occurredAt) => chosen([current, old], { occurredAt }))).toEqual([
      undefined,
      'old',
      'old',
      'current',
    ]);
  });

  test('a gap in a specific price is filled by the general one', () => {
    const eu = priceOf({ id: 'eu', region: 'eu', effectiveFrom: 3_000 });
    expect(chosen([current, eu], { region: 'eu', occurredAt: 2_500 })).toBe('current');
  });

  test.each([
    ['the same dimensions at the same time', { effectiveFrom: 2_999 }, {}],
    ['a window inside another', { timeWindow: '22:00-04:00' }, { timeWindow: '03:00-05:00' }],
  ])('%s do not compile', (_, a, b) => {
    expect(() => compilePriceSheet([priceOf({ id: 'a', ...a }), priceOf({ id: 'b', ...b })], AT_LIST)).toThrow(
      'prices a and b overlap',
    );
  });

  test.each([
    ['windows that touch', { timeWindow: '22:00-04:00' }, { timeWindow: '04:00-05:00' }],
    ['another context tier', {}, { fromTokens: 1 }],
    ['the provider and the model', {}, { model: '*' }],
    ['another meter', {}, { meter: 'output' as const }],
    ['a window and any hour', {}, { timeWindow: '04:00-05:00' }],
  ])('%s compile', (_, a, b) => {
    expect(isPriced(compilePriceSheet([priceOf({ id: 'a', ...a }), priceOf({ id: 'b', ...b })], AT_LIST))).toBe(true);
  });
});

describe('compilation', () => {
  test.each([
    ['a negative amount', { amountPicos: -1n }],
    ['no unit', { per: 0 }],
    ['half a unit', { per: 0.5 }],
    ['a negative context', { fromTokens: -1 }],
    ['an end before its beginning', { effectiveFrom: 5, effectiveTo: 5 }],
    ['a bad window', { timeWindow: 'night' }],
  ])('a price with %s is refused', (_, parts) => {
    expect(() => compilePriceSheet([priceOf(parts)], AT_LIST)).toThrow(RangeError);
  });

  test.each([
    { markupBasisPoints: -10_001, platformFeeBasisPoints: 0 },
    { markupBasisPoints: 0.5, platformFeeBasisPoints: 0 },
    { markupBasisPoints: 0, platformFeeBasisPoints: -1 },
  ])('terms %j are refused', (terms) => {
    expect(() => compilePriceSheet([], terms)).toThrow(RangeError);
  });

  test('prices of two models or two providers are refused', () => {
    expect(() => compilePriceSheet([priceOf(), priceOf({ model: 'o3' })], AT_LIST)).toThrow(RangeError);
    expect(() => compilePriceSheet([priceOf(), priceOf({ provider: 'groq' })], AT_LIST)).toThrow(RangeError);
  });

  test.each([
    ['nothing', [], false],
    ['a fee per request of the provider', [priceOf({ model: '*', meter: 'request' })], false],
    ["the model's own fee per request", [priceOf({ meter: 'request' })], true],
    ['tokens at one price for all models', [priceOf({ model: '*' })], true],
  ])('a model with %s is priced or not', (_, prices, expected) => {
    expect(isPriced(compilePriceSheet(prices, AT_LIST))).toBe(expected);
  });
});
