import { describe, expect, test } from '@jest/globals';
import { METERS, divideHalfEven } from '@tollgate/domain';
import type { Meter, Usage } from '@tollgate/domain';
import fc from 'fast-check';

import { AT_LIST, NOON, anyPrices, anyTerms, priceOf, requestOf, ruleOf } from '../test/prices.js';
import { compilePriceSheet } from './price-sheet.js';
import type { BillingTerms, PriceRule } from './price.js';
import { SIMULATED_PRICE_ID, rate } from './rating.js';
import type { RatedLine, RatingRequest } from './rating.js';

const RUNS = { numRuns: 3_000 };
const quantity = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 10 ** 12 }));
const anyUsage: fc.Arbitrary<Usage> = fc
  .dictionary(fc.constantFrom(...METERS), quantity, { maxKeys: 6 })
  .map((usage) => ({ ...usage }));
const circumstances = {
  serviceTier: fc.constantFrom('*', 'flex', 'priority'),
  region: fc.constantFrom('*', 'eu'),
  occurredAt: fc.integer({ min: NOON, max: NOON + 86_400_000 }),
  credentialOwner: fc.constantFrom('operator' as const, 'organization' as const),
};
const anyRequest = fc.record({ usage: anyUsage, ...circumstances, simulated: fc.constant(false) });

/** The written order of `markupFor`, told once more. */
function expectedMarkup(
  { rules = [], markupBasisPoints }: BillingTerms,
  { meter }: Pick<RatedLine, 'meter'>,
  { serviceTier, region }: Pick<RatingRequest, 'serviceTier' | 'region'>,
): number {
  const served = serviceTier === '*' ? 'default' : serviceTier;
  const rank = (rule: PriceRule): number[] => [
    -rule.depth,
    ...[rule.model, rule.provider, rule.meter, rule.serviceTier, rule.region].map((name) => (name === '*' ? 0 : 1)),
  ];
  const [first] = rules
    .filter((rule) => ['*', 'openai'].includes(rule.provider) && ['*', 'gpt-4o'].includes(rule.model))
    .filter((rule) => ['*', meter].includes(rule.meter) && ['*', region].includes(rule.region))
    .filter((rule) => ['*', served].includes(rule.serviceTier))
    .toSorted((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      const at = x.findIndex((value, index) => value !== y[index]);
      return at < 0 ? 0 : (y[at] ?? 0) - (x[at] ?? 0);
    });
  return first?.basisPoints ?? markupBasisPoints;
}

describe('rate', () => {
  test('a thousand tokens at 2.50 dollars per million cost 0.0025 dollars', () => {
    const rating = rate(compilePriceSheet([priceOf({ id: 'price_1' })], AT_LIST), requestOf());
    expect(rating).toEqual({
      lines: [
        {
          meter: 'input',
          quantity: 1_000,
          priceId: 'price_1',
          pricedAs: 'input',
          amountPicos: 2_500_000_000_000n,
          per: 1_000_000,
          markupBasisPoints: 0,
          costPriceId: 'price_1',
          providerCost: 2_500_000_000n,
          listCost: 2_500_000_000n,
          billedCost: 2_500_000_000n,
        },
      ],
      providerCost: 2_500_000_000n,
      listCost: 2_500_000_000n,
      billedCost: 2_500_000_000n,
      unpriced: [],
      uncosted: [],
    });
  });

  test('every quantity is on a line or unpriced, and nothing else is', () => {
    fc.assert(
      fc.property(anyPrices, anyTerms, anyRequest, (prices, terms, request) => {
        const rating = rate(compilePriceSheet(prices, terms), request);
        const used = METERS.filter((meter) => (request.usage[meter] ?? 0) > 0);
        expect([...rating.lines.map((line) => line.meter), ...rating.unpriced].toSorted()).toEqual(used.toSorted());
        for (const line of rating.lines) expect(line.quantity).toBe(request.usage[line.meter]);
      }),
      RUNS,
    );
  });

  test('no picounit is lost: each line is rounded once, half-even, and the sums are the sums of the lines', () => {
    fc.assert(
      fc.property(anyPrices, anyTerms, anyRequest, (prices, terms, request) => {
        const rating = rate(compilePriceSheet(prices, terms), request);
        const own = request.credentialOwner === 'organization';
        for (const line of rating.lines) {
          const points = BigInt(own ? terms.platformFeeBasisPoints : 10_000 + expectedMarkup(terms, line, request));
          expect(line.markupBasisPoints).toBe(Number(points) - 10_000);
          const exact = BigInt(line.quantity) * line.amountPicos;
          const list = divideHalfEven(exact, BigInt(line.per));
          expect(line.listCost).toBe(list);
          expect(line.billedCost).toBe(divideHalfEven(exact * points, BigInt(line.per) * 10_000n));
          expect(line.providerCost).toBe(own ? 0n : list);
          expect(prices.find((price) => price.id === line.priceId)?.meter).toBe(line.pricedAs);
        }
        for (const cost of ['providerCost', 'listCost', 'billedCost'] as const) {
          expect(rating[cost]).toBe(rating.lines.reduce((sum, line) => sum + line[cost], 0n));
        }
      }),
      RUNS,
    );
  });

  test('ties go to the even picounit', () => {
    const sheet = compilePriceSheet([priceOf({ amountPicos: 1n, per: 2 })], AT_LIST);
    const billed = [1, 2, 3, 5, 7].map((input) => rate(sheet, requestOf({ usage: { input } })).billedCost);
    expect(billed).toEqual([0n, 1n, 2n, 2n, 4n]);
  });

  test('more of a meter never costs less, within one context tier', () => {
    fc.assert(
      fc.property(anyPrices, anyTerms, anyRequest, fc.constantFrom(...METERS), (prices, terms, request, meter) => {
        const flat = prices.filter((price) => price.fromTokens === 0);
        const sheet = compilePriceSheet(flat, terms);
        const more = { ...request.usage, [meter]: (request.usage[meter] ?? 0) + 1 };
        const before = rate(sheet, request);
        const after = rate(sheet, { ...request, usage: more });
        expect(after.billedCost >= before.billedCost && after.listCost >= before.listCost).toBe(true);
      }),
      RUNS,
    );
  });

  test('a meter with quantity zero makes no line, one with quantity and no price is unpriced', () => {
    const rating = rate(
      compilePriceSheet([priceOf()], AT_LIST),
      requestOf({ usage: { input: 0, output: 0, web_search: 1 } }),
    );
    expect(rating).toMatchObject({ lines: [], billedCost: 0n, unpriced: ['web_search'] });
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('a quantity of %d is refused', (input) => {
    expect(() => rate(compilePriceSheet([priceOf()], AT_LIST), requestOf({ usage: { input } }))).toThrow(RangeError);
  });
});

describe('fallbacks', () => {
  const text = [priceOf({ meter: 'input' }), priceOf({ meter: 'output' })];
  test.each<[Meter, Meter[], Meter]>([
    ['input_cache_read', [], 'input'],
    ['input_cache_write_5m', ['input_cache_write_1h'], 'input_cache_write_1h'],
    ['input_cache_write_1h', ['input_cache_write_5m'], 'input_cache_write_5m'],
    ['input_cache_write_1h', [], 'input'],
    ['input_audio', [], 'input'],
    ['input_audio_cache_read', ['input_audio'], 'input_audio'],
    ['input_audio_cache_read', ['input_cache_read'], 'input_cache_read'],
    ['input_image', [], 'input'],
    ['output_reasoning', [], 'output'],
    ['output_audio', [], 'output'],
    ['output_image', [], 'output'],
  ])('%s is priced beside %j as %s', (meter, beside, pricedAs) => {
    const sheet = compilePriceSheet([...text, ...beside.map((other) => priceOf({ meter: other }))], AT_LIST);
    const [line] = rate(sheet, requestOf({ usage: { [meter]: 1 } })).lines;
    expect(line).toMatchObject({ meter, pricedAs });
  });

  test.each(['image', 'audio_ms', 'character', 'request', 'web_search', 'search_unit', 'page', 'video_ms'] as const)(
    '%s is never priced as something else',
    (meter) => {
      expect(rate(compilePriceSheet(text, AT_LIST), requestOf({ usage: { [meter]: 1 } })).unpriced).toEqual([meter]);
    },
  );
});

describe('context tiers', () => {
  const sheet = compilePriceSheet(
    [
      priceOf({ meter: 'input', amountPicos: 1n, per: 1 }),
      priceOf({ meter: 'input', amountPicos: 2n, per: 1, fromTokens: 200_000 }),
      priceOf({ meter: 'output', amountPicos: 10n, per: 1 }),
      priceOf({ meter: 'output', amountPicos: 20n, per: 1, fromTokens: 200_000 }),
    ],
    AT_LIST,
  );

  test('all input tokens choose the tier, and the whole request has its price', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), fc.nat(200_000), (fresh, cached, audio) => {
        const usage = { input: fresh, input_cache_read: cached, input_audio: audio, output: 3 };
        const total = fresh + cached + audio;
        const factor = total >= 200_000 ? 2n : 1n;
        expect(rate(sheet, requestOf({ usage })).listCost).toBe((BigInt(total) + 30n) * factor);
      }),
      RUNS,
    );
  });

  test('the boundary token belongs to the upper tier', () => {
    const cost = (input: number): bigint => rate(sheet, requestOf({ usage: { input } })).listCost;
    expect([199_999, 200_000, 200_001].map(cost)).toEqual([199_999n, 400_000n, 400_002n]);
  });

  test('output tokens choose no tier', () => {
    expect(rate(sheet, requestOf({ usage: { input: 1, output: 300_000 } })).listCost).toBe(3_000_001n);
  });
});

describe('service tiers', () => {
  const sheet = compilePriceSheet(
    [
      priceOf({ meter: 'input', amountPicos: 2n, per: 1 }),
      priceOf({ meter: 'output', amountPicos: 10n, per: 1 }),
      priceOf({ meter: 'web_search', amountPicos: 1_000n, per: 1 }),
      priceOf({ meter: 'input', amountPicos: 1n, per: 1, serviceTier: 'batch' }),
      priceOf({ meter: 'output', amountPicos: 5n, per: 1, serviceTier: 'batch' }),
      priceOf({ meter: 'input', amountPicos: 4n, per: 1, serviceTier: 'priority' }),
    ],
    AT_LIST,
  );
  const usage = { input: 100, output: 10, web_search: 1 };

  test.each([
    ['default', 1_300n, []],
    ['batch', 1_150n, []],
    ['priority', 1_400n, ['output']],
    ['scale', 1_000n, ['input', 'output']],
  ])(
    'what was served at %s is rated by its prices, and what has none is unpriced',
    (serviceTier, listCost, unpriced) => {
      expect(rate(sheet, requestOf({ usage, serviceTier }))).toMatchObject({ listCost, unpriced });
    },
  );
});

describe('whose credential', () => {
  const sheet = compilePriceSheet([priceOf()], { markupBasisPoints: 2_000, platformFeeBasisPoints: 500 });

  test("the operator's: list to the provider, list with markup from the customer", () => {
    const rating = rate(sheet, requestOf());
    expect(rating).toMatchObject({
      providerCost: 2_500_000_000n,
      listCost: 2_500_000_000n,
      billedCost: 3_000_000_000n,
    });
  });

  test("the organization's own: it costs us nothing, and the platform fee is billed", () => {
    const rating = rate(sheet, requestOf({ credentialOwner: 'organization' }));
    expect(rating).toMatchObject({ providerCost: 0n, listCost: 2_500_000_000n, billedCost: 125_000_000n });
  });

  test('a discount of a hundred percent bills nothing and still costs', () => {
    const gift = compilePriceSheet([priceOf()], { markupBasisPoints: -10_000, platformFeeBasisPoints: 0 });
    expect(rate(gift, requestOf())).toMatchObject({ providerCost: 2_500_000_000n, billedCost: 0n });
  });

  test('the sandbox lists quantities and no amounts, whatever the prices are', () => {
    const rating = rate(sheet, requestOf({ simulated: true, usage: { input: 7, web_search: 2 } }));
    expect(rating).toMatchObject({ providerCost: 0n, listCost: 0n, billedCost: 0n, unpriced: [] });
    expect(rating.lines.map((line) => [line.meter, line.quantity, line.priceId])).toEqual([
      ['input', 7, SIMULATED_PRICE_ID],
      ['web_search', 2, SIMULATED_PRICE_ID],
    ]);
  });
});

describe('cost and price', () => {
  const agreed = [priceOf({ id: 'agreed', amountPicos: 1_000_000_000_000n })];
  const list = [priceOf({ id: 'listed' })];

  test('what an organization has agreed changes what it is billed, and not what we pay', () => {
    const sheet = compilePriceSheet(agreed, { markupBasisPoints: 1_000, platformFeeBasisPoints: 500 }, { list });
    const operator = rate(sheet, requestOf());
    expect(operator).toMatchObject({
      providerCost: 2_500_000_000n,
      listCost: 2_500_000_000n,
      billedCost: 1_100_000_000n,
      uncosted: [],
    });
    expect(operator.lines[0]).toMatchObject({ priceId: 'agreed', costPriceId: 'listed', markupBasisPoints: 1_000 });
    const own = rate(sheet, requestOf({ credentialOwner: 'organization' }));
    expect(own).toMatchObject({ providerCost: 0n, listCost: 2_500_000_000n, billedCost: 125_000_000n });
    expect(own.lines[0]).toMatchObject({ priceId: 'listed', costPriceId: 'listed', markupBasisPoints: -9_500 });
  });

  test('any two books: the cost is as if the list stood alone, the bill as if the chain did', () => {
    fc.assert(
      fc.property(anyPrices, anyPrices, anyTerms, anyRequest, (prices, listed, terms, given) => {
        const request = { ...given, credentialOwner: 'operator' as const };
        // whose rules count is said, since prices for every model alone would not tell
        const model = 'gpt-4o';
        const both = rate(compilePriceSheet(prices, terms, { list: listed, model }), request);
        const chain = rate(compilePriceSheet(prices, terms, { model }), request);
        const alone = rate(compilePriceSheet(listed, AT_LIST), request);
        expect([both.billedCost, both.unpriced]).toEqual([chain.billedCost, chain.unpriced]);
        for (const line of both.lines) {
          const cost = alone.lines.find(({ meter }) => meter === line.meter);
          expect([line.providerCost, line.costPriceId]).toEqual([cost?.providerCost ?? 0n, cost?.priceId ?? null]);
          expect(both.uncosted.includes(line.meter)).toBe(cost === undefined);
        }
      }),
      RUNS,
    );
  });

  test('what only a private book has a price for is billed, and its cost is unknown', () => {
    const sheet = compilePriceSheet(agreed, AT_LIST, { list: [] });
    expect(rate(sheet, requestOf())).toMatchObject({
      billedCost: 1_000_000_000n,
      providerCost: 0n,
      unpriced: [],
      uncosted: ['input'],
    });
    expect(rate(sheet, requestOf({ credentialOwner: 'organization' })).unpriced).toEqual(['input']);
  });
});

describe('rules', () => {
  const markupBy = (rules: PriceRule[], parts: Partial<RatingRequest> = {}, markupBasisPoints = 7): number[] =>
    rate(
      compilePriceSheet([priceOf(), priceOf({ meter: 'output' }), priceOf({ serviceTier: 'flex' })], {
        markupBasisPoints,
        platformFeeBasisPoints: 0,
        rules,
      }),
      requestOf(parts),
    ).lines.map((line) => line.markupBasisPoints);

  test.each([
    ['book before model', [{ depth: 1, model: 'gpt-4o' }, { depth: 0 }], 1],
    ['model before provider', [{ provider: 'openai', meter: 'input' as const }, { model: 'gpt-4o' }], 1],
    ['provider before meter', [{ meter: 'input' as const }, { provider: 'openai' }], 1],
    ['meter before service tier', [{ serviceTier: 'default' }, { meter: 'input' as const }], 1],
    ['service tier before region', [{ region: 'eu' }, { serviceTier: 'default' }], 1],
    ['region before any', [{}, { region: 'eu' }], 1],
  ])('%s', (_, parts, winner) => {
    const rules = parts.map((part, index) => ruleOf({ ...part, id: `rule_${index}`, basisPoints: index * 100 }));
    for (const given of [rules, rules.toReversed()]) {
      expect(markupBy(given, { serviceTier: 'standard', region: 'eu' })).toEqual([winner * 100]);
    }
  });

  test('where none matches there is a gap, and the general markup takes over', () => {
    const rules = [
      ruleOf({ provider: 'anthropic' }),
      ruleOf({ model: 'o3' }),
      ruleOf({ meter: 'output', basisPoints: 1 }),
      ruleOf({ serviceTier: 'flex', basisPoints: 2 }),
      ruleOf({ region: 'us' }),
    ];
    expect(markupBy(rules, { usage: { input: 1, output: 1 } })).toEqual([7, 1]);
    expect(markupBy(rules, { serviceTier: 'flex' })).toEqual([2]);
  });

  test('a rule for a meter is for what was used, whichever price stands in for it', () => {
    expect(
      markupBy([ruleOf({ meter: 'input_cache_read', basisPoints: -5_000 })], {
        usage: { input: 2, input_cache_read: 2 },
      }),
    ).toEqual([7, -5_000]);
  });

  test.each([
    [
      'two of one book for the same thing',
      [ruleOf({ id: 'a', serviceTier: 'default' }), ruleOf({ id: 'b', serviceTier: 'standard' })],
    ],
    ['less than nothing', [ruleOf({ basisPoints: -10_001 })]],
    ['parts of a basis point', [ruleOf({ basisPoints: 0.5 })]],
  ])('%s do not compile', (_, rules) => {
    expect(() => markupBy(rules)).toThrow(RangeError);
  });
});
