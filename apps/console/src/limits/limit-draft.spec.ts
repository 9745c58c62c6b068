import { expect, test } from '@jest/globals';
import { type LimitFields, limitFieldsOf, limitsOf, NO_LIMITS, plainAmount } from './limit-draft.js';

const NONE = { requestsPerMinute: null, tokensPerMinute: null, concurrency: null };

test.each([
  ['250.000000000000', '250'],
  ['12.500000000000', '12.5'],
  ['0.000000000001', '0.000000000001'],
  ['100.000000000000', '100'],
])('%s is filled in as %s', (amount, text) => expect(plainAmount(amount)).toBe(text));

test('limits come back as they were filled in', () => {
  const fields: LimitFields = {
    monthlyBudget: '12.5',
    requestsPerMinute: '60',
    tokensPerMinute: '',
    concurrency: '4',
    ladder: [
      { percent: '80', action: 'notify', requestsPerMinute: '' },
      { percent: '95', action: 'throttle', requestsPerMinute: '6' },
    ],
    limitsSource: 'api',
  };
  const { rateLimit = NONE, budgetLadder = [] } = limitsOf(fields);
  const monthlyBudget = { amount: '12.500000000000', currency: 'USD' };
  expect(limitFieldsOf({ rateLimit, monthlyBudget, budgetLadder, limitsSource: 'api' })).toEqual(fields);
});

test('nothing filled in is no limit', () => {
  expect(limitsOf(NO_LIMITS)).toEqual({
    monthlyBudget: null,
    rateLimit: NONE,
  });
});

test('limits of the file are not sent, nor a ladder without a budget', () => {
  expect(limitsOf({ ...NO_LIMITS, monthlyBudget: '5', limitsSource: 'file' })).toEqual({});
  const rung = { percent: '80', action: 'notify', requestsPerMinute: '' } as const;
  expect(limitsOf({ ...NO_LIMITS, ladder: [rung] })).not.toHaveProperty('budgetLadder');
});
