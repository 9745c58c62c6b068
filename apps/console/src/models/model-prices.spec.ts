import { expect, test } from '@jest/globals';
import type { CurrentPrice, Model } from '@tollgate/wire';
import { sampleCost, tokenPrices } from './model-prices.js';

const priceOf = (meter: CurrentPrice['meter'], amount: string, others: Partial<CurrentPrice> = {}): CurrentPrice => ({
  id: 'price_01',
  meter,
  serviceTier: '*',
  region: '*',
  fromTokens: 0,
  timeWindow: '*',
  per: 1_000_000,
  listAmount: { amount, currency: 'USD' },
  billedAmount: { amount, currency: 'USD' },
  ...others,
});

const modelWith = (prices: CurrentPrice[]): Model => ({
  id: 'openai:gpt-4o',
  provider: 'openai',
  name: 'gpt-4o',
  displayName: 'gpt-4o',
  contextWindow: null,
  maxOutputTokens: null,
  inputModalities: ['text'],
  outputModalities: ['text'],
  features: [],
  knowledgeCutoff: null,
  aliases: [],
  deprecated: false,
  deployable: true,
  deployedAs: ['gpt-4o'],
  prices,
});

test('a sample request is 1,000 tokens in and 300 out at the plain prices, exactly', () => {
  const model = modelWith([
    priceOf('input', '5.000000000000', { serviceTier: 'priority' }),
    priceOf('input', '2.500000000000'),
    priceOf('input', '9.000000000000', { fromTokens: 200_000 }),
    priceOf('output', '10.000000000000'),
  ]);
  expect(sampleCost(model)).toEqual({ amount: '0.005500000000', currency: 'USD' });
  expect(tokenPrices(model)).toEqual({ input: '$2.50', output: '$10.00', sample: '$0.0055' });
});

test('a price may buy another number of tokens than a million', () => {
  const model = modelWith([priceOf('input', '0.000150000000', { per: 1_000 })]);
  expect(sampleCost(model)).toEqual({ amount: '0.000150000000', currency: 'USD' });
});

test('what has no price costs nobody knows what', () => {
  expect(sampleCost(modelWith([]))).toBeNull();
  expect(tokenPrices(modelWith([priceOf('output', '10.000000000000')]))).toBeNull();
});
