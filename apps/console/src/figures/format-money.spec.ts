import { describe, expect, test } from '@jest/globals';

import { formatExactMoney, formatMoney, formatPricePerMillion, sumMoney } from './format-money.js';

const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('formatMoney', () => {
  test.each([
    ['0.000000000000', '$0.00'],
    ['0.000000000001', '$0.000000000001'],
    ['0.000420000000', '$0.00042'],
    ['0.000151234567', '$0.000151'],
    ['0.099960000000', '$0.10'],
    ['0.421300000000', '$0.42'],
    ['0.999999000000', '$1.00'],
    ['1234.560000000000', '$1,234.56'],
    ['9007199254740993.010000000000', '$9,007,199,254,740,993.01'],
    ['-29.964321000000', '−$29.96'],
  ])('%s is read as %s', (amount, text) => {
    expect(formatMoney(usd(amount))).toBe(text);
  });

  test('names other currencies by their code', () => {
    expect(formatMoney({ amount: '12.500000000000', currency: 'EUR' })).toBe('EUR 12.50');
  });
});

test('the exact amount keeps every figure', () => {
  expect(formatExactMoney(usd('1.234567890123'))).toBe('$1.234567890123');
  expect(formatExactMoney(usd('5.358306200000'))).toBe('$5.3583062');
});

test('a price for a million is never rounded', () => {
  expect(formatPricePerMillion(usd('0.375000000000'), 1_000_000)).toBe('$0.375');
  expect(formatPricePerMillion(usd('0.000002500000'), 1)).toBe('$2.50');
});

test('sums are exact', () => {
  expect(sumMoney([usd('0.100000000000'), usd('0.200000000000')])).toEqual(usd('0.300000000000'));
});
