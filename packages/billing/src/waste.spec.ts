import { describe, expect, test } from '@jest/globals';
import { OUTCOMES } from '@tollgate/domain';

import { AT_LIST, priceOf, requestOf } from '../test/prices.js';
import { compilePriceSheet } from './price-sheet.js';
import { rate } from './rating.js';
import { settlementOf } from './settlement.js';
import { promptCachePremium, wasteKindOf } from './waste.js';

const MILLION = 1_000_000_000_000n;
const sheet = compilePriceSheet(
  [
    priceOf({ id: 'price_input', meter: 'input', amountPicos: 4n * MILLION }),
    priceOf({ id: 'price_read', meter: 'input_cache_read', amountPicos: MILLION / 2n }),
    priceOf({ id: 'price_write', meter: 'input_cache_write_5m', amountPicos: 5n * MILLION }),
    priceOf({ id: 'price_output', meter: 'output', amountPicos: 20n * MILLION }),
  ],
  AT_LIST,
);

describe('wasteKindOf', () => {
  test('knows a kind for everything that is settled as waste', () => {
    const wasted = OUTCOMES.filter((outcome) => settlementOf(outcome).charge === 'waste');
    expect(wasted.map((outcome) => wasteKindOf(outcome, 'waste'))).toEqual([
      'failed_attempt',
      'idempotent_replay',
      'hedge_loser',
      'shadow_copy',
    ]);
  });

  test('is nothing where nothing is paid, or something was got for it', () => {
    expect(wasteKindOf('client_left_before_first_token', 'none')).toBeNull();
    expect(wasteKindOf('success', 'customer')).toBeNull();
    expect(wasteKindOf('client_left_before_first_token', 'customer')).toBe('client_left');
  });
});

describe('promptCachePremium', () => {
  test('a write costs a dollar per million more than plain input, a read three and a half less', () => {
    const written = requestOf({ usage: { input: 10, input_cache_write_5m: 1_000, output: 5 } });
    const read = requestOf({ usage: { input: 10, input_cache_read: 1_000, output: 5 } });
    const premium = 1_000n * 1_000_000n;
    expect(promptCachePremium(sheet, written)).toEqual({ providerCost: premium, billedCost: premium });
    expect(promptCachePremium(sheet, read)?.billedCost).toBe((-premium * 7n) / 2n);
  });

  test('is what the same rating says of the same prompt without caches', () => {
    const usage = { input: 7, input_cache_read: 3, input_cache_write_5m: 11, output: 5 };
    const difference =
      rate(sheet, requestOf({ usage })).billedCost -
      rate(sheet, requestOf({ usage: { input: 21, output: 5 } })).billedCost;
    expect(promptCachePremium(sheet, requestOf({ usage }))?.billedCost).toBe(difference);
  });

  test('is not there without a cache, or without a price', () => {
    expect(promptCachePremium(sheet, requestOf({ usage: { input: 7, input_cache_read: 0 } }))).toBeNull();
    const unpriced = compilePriceSheet([], AT_LIST);
    expect(promptCachePremium(unpriced, requestOf({ usage: { input_cache_read: 3 } }))).toBeNull();
  });
});
