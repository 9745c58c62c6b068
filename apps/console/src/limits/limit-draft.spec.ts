import { expect, test } from '@jest/globals';
import { limitFieldsOf, limitsOf, NO_LIMITS, plainAmount } from './limit-draft.js';

test.each([
  ['250.000000000000', '250'],
  ['12.500000000000', '12.5'],
  ['0.000000000001', '0.000000000001'],
  ['100.000000000000', '100'],
])('%s is filled in as %s', (amount, text) => expect(plainAmount(amount)).toBe(text));

test('limits come back as they were filled in', () => {
  const fields = { monthlyBudget: '12.5', requestsPerMinute: '60', tokensPerMinute: '', concurrency: '4' };
  const { rateLimit } = limitsOf(fields);
  expect(limitFieldsOf({ rateLimit, monthlyBudget: { amount: '12.500000000000', currency: 'USD' } })).toEqual(fields);
});

test('nothing filled in is no limit', () => {
  expect(limitsOf(NO_LIMITS)).toEqual({
    monthlyBudget: null,
    rateLimit: { requestsPerMinute: null, tokensPerMinute: null, concurrency: null },
  });
});
