import { describe, expect, test } from '@jest/globals';
import { isMeter } from '@tollgate/domain';

import { providerById } from '../providers/registry.js';
import { catalogue, catalogueModelOf } from './catalogue.js';

describe('names', () => {
  test.each([
    ['gpt-4o', 'gpt-4o'],
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['GPT-4o-mini-2024-07-18', 'gpt-4o-mini'],
    ['gpt-5.6-luna-2026-08-01', 'gpt-5.6-luna'],
    ['o3-2025-04-16', 'o3'],
    ['ft:gpt-4o-mini-2024-07-18:acme::x1', 'ft:gpt-4o-mini'],
    ['gpt-4o-audio-preview-2024-12-17', 'gpt-4o-audio-preview'],
    ['gpt-4o-search-preview-2025-03-11', 'gpt-4o-search-preview'],
    ['gpt-4o-mini-search-preview-2025-03-11', 'gpt-4o-mini-search-preview'],
    ['gpt-5-search-api-2025-10-14', 'gpt-5-search-api'],
    ['no-such-model', null],
  ])('%s is %s', (name, expected) => {
    expect(catalogueModelOf('openai', name)).toBe(expected);
  });

  test('other providers have their own names', () => {
    expect(catalogueModelOf('sandbox', 'sandbox/echo')).toBe('sandbox/echo');
    expect(catalogueModelOf('ollama', 'gpt-4o')).toBeNull();
  });
});

describe('prices', () => {
  const of = (model: string, meter: string): unknown[] =>
    catalogue.prices
      .filter((price) => price.provider === 'openai' && price.model === model && price.meter === meter)
      .map(({ amount, fromTokens, effectiveFrom, effectiveTo }) => ({
        amount,
        fromTokens,
        effectiveFrom,
        effectiveTo,
      }));

  test('a plain one', () => {
    expect(of('gpt-4o-mini', 'input')).toEqual([
      { amount: '0.15', fromTokens: 0, effectiveFrom: 0, effectiveTo: null },
    ]);
  });

  test('one that was lowered on a day', () => {
    const day = Date.parse('2025-06-10T00:00:00Z');
    expect(of('o3', 'output')).toEqual([
      { amount: '40', fromTokens: 0, effectiveFrom: 0, effectiveTo: day },
      { amount: '8', fromTokens: 0, effectiveFrom: day, effectiveTo: null },
    ]);
  });

  test('one that depends on the length of the input', () => {
    expect(of('gpt-5.4', 'input')).toEqual([
      { amount: '2.5', fromTokens: 0, effectiveFrom: 0, effectiveTo: null },
      { amount: '5', fromTokens: 272_000, effectiveFrom: 0, effectiveTo: null },
    ]);
  });

  test('every model that is billed for searches has a price for one', () => {
    const searching = catalogue.models.filter(({ provider, name }) => providerById(provider)?.searchesPerRequest(name));
    expect(searching.map(({ name }) => name)).toEqual([
      'gpt-4o-search-preview',
      'gpt-4o-mini-search-preview',
      'gpt-5-search-api',
    ]);
    for (const { name } of searching) {
      for (const meter of ['input', 'output', 'web_search']) expect(of(name, meter)).toHaveLength(1);
    }
  });

  test('every row is whole', () => {
    for (const price of catalogue.prices) {
      expect(isMeter(price.meter)).toBe(true);
      expect(price.amount).toMatch(/^\d+(\.\d{1,12})?$/);
      expect(price.effectiveTo === null || price.effectiveTo > price.effectiveFrom).toBe(true);
    }
    const rows = catalogue.prices.map((row) =>
      [row.provider, row.model, row.meter, row.fromTokens, row.timeWindow, row.effectiveFrom].join(),
    );
    expect(new Set(rows).size).toBe(rows.length);
  });
});

describe('models', () => {
  test('no name stands twice at a provider', () => {
    const names = catalogue.models.map(({ provider, name }) => `${provider} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('limits are plausible', () => {
    for (const { contextWindow, maxOutputTokens, name } of catalogue.models) {
      if (contextWindow !== null && maxOutputTokens !== null)
        expect([name, maxOutputTokens <= contextWindow]).toEqual([name, true]);
    }
  });

  test('sandbox models are simulated, and say so', () => {
    const sandbox = catalogue.models.filter((model) => model.provider === 'sandbox');
    expect(sandbox.length).toBeGreaterThan(5);
    for (const model of sandbox) expect(model.displayName).toContain('simulated');
  });
});
