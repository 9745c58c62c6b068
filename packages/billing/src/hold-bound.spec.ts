import { describe, expect, test } from '@jest/globals';
import { METERS } from '@tollgate/domain';
import type { Meter, Usage } from '@tollgate/domain';
import fc from 'fast-check';

import { AT_LIST, NOON, anyPrices, anyTerms, priceOf, ruleOf } from '../test/prices.js';
import { holdBound } from './hold-bound.js';
import type { HoldRequest } from './hold-bound.js';
import { compilePriceSheet } from './price-sheet.js';
import { rate } from './rating.js';

const INPUTS = METERS.filter((meter) => meter.startsWith('input'));
const OUTPUTS = METERS.filter((meter) => meter.startsWith('output'));
const OTHERS = METERS.filter((meter) => !INPUTS.includes(meter) && !OUTPUTS.includes(meter));

const holdOf = (parts: Partial<HoldRequest> = {}): HoldRequest => ({
  inputTokensBound: 1_000,
  outputTokensCap: 100,
  n: 1,
  region: '*',
  occurredAt: NOON,
  ...parts,
});

/** A usage of these meters that stays within the bound, often just at it. */
const within = (meters: readonly Meter[], bound: number): fc.Arbitrary<Usage> =>
  fc.array(fc.record({ meter: fc.constantFrom(...meters), share: fc.nat(bound) }), { maxLength: 8 }).map((parts) => {
    const usage: Partial<Record<Meter, number>> = {};
    let left = bound;
    for (const { meter, share } of parts) {
      const taken = Math.min(share, left);
      usage[meter] = (usage[meter] ?? 0) + taken;
      left -= taken;
    }
    return usage;
  });

const scenario = fc
  .record({ inputTokensBound: fc.nat(12_000), outputTokensCap: fc.nat(5_000), n: fc.integer({ min: 1, max: 4 }) })
  .chain((bounds) =>
    fc.record({
      bounds: fc.constant(bounds),
      input: within(INPUTS, bounds.inputTokensBound),
      output: within(OUTPUTS, bounds.n * bounds.outputTokensCap),
      otherQuantities: fc.dictionary(fc.constantFrom(...OTHERS), fc.nat(50), { maxKeys: 3 }),
      serviceTier: fc.constantFrom('*', 'flex', 'priority', 'batch'),
      tiersKnown: fc.boolean(),
      region: fc.constantFrom('*', 'eu', 'us'),
      occurredAt: fc.integer({ min: NOON, max: NOON + 86_400_000 }),
      credentialOwner: fc.constantFrom('operator' as const, 'organization' as const),
      ownerKnown: fc.boolean(),
    }),
  );

describe('hold bound', () => {
  test('no usage within the bounds is ever billed more than the hold', () => {
    fc.assert(
      fc.property(anyPrices, fc.option(anyPrices), anyTerms, scenario, (prices, list, terms, it) => {
        const { region, occurredAt, serviceTier, credentialOwner, otherQuantities } = it;
        const sheet = compilePriceSheet(prices, terms, { list: list ?? prices });
        const owner = it.ownerKnown ? { credentialOwner } : {};
        const tiers = it.tiersKnown ? { serviceTiers: ['*', serviceTier] as const } : {};
        const hold = holdBound(sheet, { ...it.bounds, region, occurredAt, otherQuantities, ...owner, ...tiers });
        const usage: Usage = { ...it.input, ...it.output, ...otherQuantities };
        const rating = rate(sheet, { usage, serviceTier, region, occurredAt, credentialOwner, simulated: false });
        expect(rating.billedCost <= hold.picos).toBe(true);
      }),
      { numRuns: 6_000 },
    );
  });

  test('a markup that a rule may give counts, and one that is out of reach does not', () => {
    const rules = [
      ruleOf({ serviceTier: 'priority', basisPoints: 9_000 }),
      ruleOf({ meter: 'input_cache_read', basisPoints: 5_000 }),
      ruleOf({ region: 'eu', basisPoints: 2_000 }),
    ];
    const sheet = compilePriceSheet([priceOf({ amountPicos: 10n, per: 1 })], { ...AT_LIST, rules });
    const hold = (parts: Partial<HoldRequest>): bigint =>
      holdBound(sheet, holdOf({ outputTokensCap: 0, credentialOwner: 'operator', serviceTiers: ['default'], ...parts }))
        .picos;
    // an ordinary price is never that of the tier `priority`, whatever may be served
    expect([hold({}), hold({ region: 'eu' }), hold({ serviceTiers: ['default', 'priority'] })]).toEqual([
      15_000n,
      15_000n,
      15_000n,
    ]);
    const flat = compilePriceSheet([priceOf({ amountPicos: 10n, per: 1 })], { ...AT_LIST, rules: rules.slice(2) });
    expect(holdBound(flat, holdOf({ outputTokensCap: 0, credentialOwner: 'operator' })).picos).toBe(10_000n);
    expect(holdBound(flat, holdOf({ outputTokensCap: 0, credentialOwner: 'operator', region: 'eu' })).picos).toBe(
      12_000n,
    );
  });

  test('under its own credential an organization is held for its share of the list, whatever it pays otherwise', () => {
    const sheet = compilePriceSheet(
      [priceOf({ amountPicos: 500n, per: 1 })],
      { markupBasisPoints: 5_000, platformFeeBasisPoints: 1_000 },
      { list: [priceOf({ amountPicos: 100n, per: 1 })] },
    );
    const hold = (credentialOwner: 'operator' | 'organization'): bigint =>
      holdBound(sheet, holdOf({ inputTokensBound: 1, outputTokensCap: 0, credentialOwner })).picos;
    expect([hold('operator'), hold('organization')]).toEqual([750n, 10n]);
  });

  test('n multiplies the output and not the input', () => {
    const sheet = compilePriceSheet(
      [priceOf({ amountPicos: 1n, per: 1 }), priceOf({ meter: 'output', amountPicos: 7n, per: 1 })],
      AT_LIST,
    );
    expect(holdBound(sheet, holdOf({ n: 3 }))).toEqual({ picos: 1_000n + 3n * 100n * 7n, priced: true });
  });

  test('tiers out of reach, other regions, other hours and ended prices do not count', () => {
    const dear = { amountPicos: 1_000n, per: 1 };
    const sheet = compilePriceSheet(
      [
        priceOf({ amountPicos: 1n, per: 1 }),
        priceOf({ ...dear, fromTokens: 1_001 }),
        priceOf({ ...dear, region: 'eu' }),
        priceOf({ ...dear, timeWindow: '13:00-14:00' }),
        priceOf({ ...dear, serviceTier: 'flex', effectiveTo: NOON }),
      ],
      AT_LIST,
    );
    expect(holdBound(sheet, holdOf({ outputTokensCap: 0 })).picos).toBe(1_000n);
    expect(holdBound(sheet, holdOf({ outputTokensCap: 0, inputTokensBound: 1_001 })).picos).toBe(1_001_000n);
  });

  test('cache writes and service tiers that may be served count', () => {
    const sheet = compilePriceSheet(
      [
        priceOf({ amountPicos: 4n, per: 1 }),
        priceOf({ meter: 'input_cache_write_1h', amountPicos: 8n, per: 1 }),
        priceOf({ meter: 'input', serviceTier: 'priority', amountPicos: 9n, per: 1 }),
      ],
      AT_LIST,
    );
    expect(holdBound(sheet, holdOf({ outputTokensCap: 0 })).picos).toBe(9_000n);
  });

  test('only tiers that may be served count, once they are known', () => {
    const sheet = compilePriceSheet(
      [
        priceOf({ amountPicos: 4n, per: 1 }),
        priceOf({ serviceTier: 'flex', amountPicos: 2n, per: 1 }),
        priceOf({ serviceTier: 'priority', amountPicos: 9n, per: 1 }),
      ],
      AT_LIST,
    );
    const hold = (...serviceTiers: [string, ...string[]]): unknown =>
      holdBound(sheet, holdOf({ outputTokensCap: 0, serviceTiers }));
    expect([hold('default'), hold('flex'), hold('flex', 'default'), hold('default', 'ultrafast')]).toEqual([
      { picos: 4_000n, priced: true },
      { picos: 2_000n, priced: true },
      { picos: 4_000n, priced: true },
      { picos: 4_000n, priced: true },
    ]);
    expect(hold('ultrafast', 'default')).toEqual({ picos: 4_000n, priced: false });
  });

  test('a model with prices for other tiers only is not priced', () => {
    const sheet = compilePriceSheet([priceOf({ serviceTier: 'batch' })], AT_LIST);
    expect(holdBound(sheet, holdOf({ outputTokensCap: 0 })).priced).toBe(false);
  });

  test.each([
    ['no output price', [priceOf()], holdOf(), false],
    ['no output price and no output', [priceOf()], holdOf({ outputTokensCap: 0 }), true],
    ['no price at this instant', [priceOf({ effectiveTo: NOON })], holdOf({ outputTokensCap: 0 }), false],
    [
      'searches without a price',
      [priceOf()],
      holdOf({ outputTokensCap: 0, otherQuantities: { web_search: 1 } }),
      false,
    ],
  ])('%s: priced or not', (_, prices, request, priced) => {
    expect(holdBound(compilePriceSheet(prices, AT_LIST), request).priced).toBe(priced);
  });

  test('the fee of one request is part of the hold without being asked for', () => {
    const sheet = compilePriceSheet([priceOf({ model: '*', meter: 'request', amountPicos: 5n, per: 1 })], AT_LIST);
    expect(holdBound(sheet, holdOf({ inputTokensBound: 0, outputTokensCap: 0 })).picos).toBe(5n);
  });

  test('the dearer terms are assumed until the owner of the credential is known', () => {
    const sheet = compilePriceSheet([priceOf({ amountPicos: 10_000n, per: 1 })], {
      markupBasisPoints: -5_000,
      platformFeeBasisPoints: 7_000,
    });
    const picos = (parts: Partial<HoldRequest>): bigint =>
      holdBound(sheet, holdOf({ inputTokensBound: 1, outputTokensCap: 0, ...parts })).picos;
    expect([picos({}), picos({ credentialOwner: 'operator' }), picos({ credentialOwner: 'organization' })]).toEqual([
      7_000n,
      5_000n,
      7_000n,
    ]);
  });

  test.each([
    { inputTokensBound: -1 },
    { outputTokensCap: Number.POSITIVE_INFINITY },
    { otherQuantities: { input_audio: 1 } },
  ])('bounds %j are refused', (parts) => {
    expect(() => holdBound(compilePriceSheet([priceOf()], AT_LIST), holdOf(parts))).toThrow(RangeError);
  });
});
