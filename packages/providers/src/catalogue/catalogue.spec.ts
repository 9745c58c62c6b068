import { describe, expect, test } from '@jest/globals';
import { isMeter } from '@tollgate/domain';

import { providerById } from '../providers/registry.js';
import { catalogue, catalogueModelOf } from './catalogue.js';
import { withServiceTiers } from './service-tier-prices.js';

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

  test.each([
    ['claude-opus-4-5-20251101', 'claude-opus-4-5'],
    ['claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
    ['claude-sonnet-5', 'claude-sonnet-5'],
    ['claude-sonnet-5-5', 'claude-sonnet-5-5'],
    ['claude-haiku-5-5', 'claude-haiku-5-5'],
    ['claude-fable-5-1', 'claude-fable-5-1'],
    ['claude-3-haiku-20240307', 'claude-3-haiku'],
    ['claude-of-the-future', null],
  ])('%s of Anthropic is %s', (name, expected) => {
    expect(catalogueModelOf('anthropic', name)).toBe(expected);
  });

  test('every alias is known as its model', () => {
    const aliases = catalogue.models.flatMap(({ provider, name, aliases }) =>
      aliases.map((to) => [provider, to, name]),
    );
    expect(aliases.length).toBeGreaterThan(20);
    for (const [provider = '', alias = '', name] of aliases) expect(catalogueModelOf(provider, alias)).toBe(name);
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
      .filter(({ serviceTier }) => serviceTier === '*')
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
    const searching = catalogue.models.filter(
      ({ provider, name }) => provider === 'openai' && providerById(provider)?.searchesPerRequest(name),
    );
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
      [row.provider, row.model, row.meter, row.serviceTier, row.fromTokens, row.timeWindow, row.effectiveFrom].join(),
    );
    expect(new Set(rows).size).toBe(rows.length);
  });
});

describe('service tiers', () => {
  const METERS = ['input', 'input_cache_read', 'input_cache_write_5m', 'output'] as const;
  const now = Date.parse('2026-11-22');
  const tier = (model: string, serviceTier: string, fromTokens = 0): (string | undefined)[] =>
    METERS.map(
      (meter) =>
        catalogue.prices.find(
          (price) =>
            (price.provider === 'openai' || price.provider === 'anthropic') &&
            price.model === model &&
            price.meter === meter &&
            price.serviceTier === serviceTier &&
            price.fromTokens === fromTokens &&
            price.effectiveFrom <= now &&
            (price.effectiveTo ?? now + 1) > now,
        )?.amount,
    );

  // the amounts as OpenAI's list of prices and its page on priority processing print them
  test.each([
    ['gpt-6-astra', 'flex', 0, ['5', '0.5', '6.25', '25']],
    ['gpt-6-astra', 'batch', 272_000, ['10', '1', '12.5', '37.5']],
    ['gpt-6-astra', 'fast', 272_000, ['40', '4', '50', '150']],
    ['gpt-5.6-luna', 'flex', 272_000, ['0.2', '0.02', '0.25', '0.9']],
    ['gpt-5.6-luna', 'priority', 0, ['0.4', '0.04', '0.5', '2.4']],
    ['gpt-5.5', 'batch', 272_000, ['5', '0.5', undefined, '22.5']],
    ['gpt-5.5', 'priority', 0, ['12.5', '1.25', undefined, '75']],
    ['gpt-5.5', 'priority', 272_000, [undefined, undefined, undefined, undefined]],
    ['gpt-5.4', 'fast', 0, ['5', '0.5', undefined, '30']],
    ['gpt-5.4-nano', 'batch', 0, ['0.1', '0.01', undefined, '0.625']],
    ['gpt-5.4-nano', 'fast', 0, [undefined, undefined, undefined, undefined]],
    ['gpt-5-mini', 'priority', 0, ['0.45', '0.045', undefined, '3.6']],
    ['gpt-5', 'flex', 0, ['0.625', '0.0625', undefined, '5']],
    ['gpt-4.1', 'priority', 0, ['3.5', '0.875', undefined, '14']],
    ['gpt-4.1-mini', 'batch', 0, ['0.2', undefined, undefined, '0.8']],
    ['gpt-4o', 'priority', 0, ['4.25', '2.125', undefined, '17']],
    ['gpt-4o-mini', 'priority', 0, ['0.25', '0.125', undefined, '1']],
    ['o4-mini', 'priority', 0, ['2', '0.5', undefined, '8']],
    ['o3', 'flex', 0, ['1', '0.25', undefined, '4']],
  ])('%s at %s from %d tokens on, of OpenAI', (model, name, fromTokens, amounts) => {
    expect(tier(model, name, fromTokens)).toEqual(amounts);
  });

  test.each([
    ['claude-opus-5-5', 'batch', ['2', '0.1', '2.5', '10']],
    ['claude-opus-5-5', 'fast', ['8', '0.4', '10', '40']],
    ['claude-opus-4-6', 'fast', ['30', '3', '37.5', '150']],
    ['claude-opus-5', 'us', ['5.5', '0.55', '6.875', '27.5']],
    ['claude-opus-5', 'fast-us', ['11', '1.1', '13.75', '55']],
    ['claude-sonnet-5', 'batch-us', ['1.1', '0.11', '1.375', '5.5']],
    ['claude-haiku-4-5', 'batch', ['0.5', '0.05', '0.625', '2.5']],
    ['claude-haiku-4-5', 'us', [undefined, undefined, undefined, undefined]],
    ['claude-opus-5', 'priority', [undefined, undefined, undefined, undefined]],
  ])('%s at %s, of Anthropic', (model, name, amounts) => {
    expect(tier(model, name)).toEqual(amounts);
  });

  test('a fee for a search is listed once, for all tiers', () => {
    const ours = catalogue.prices.filter(
      ({ provider, model }) => provider === 'anthropic' && model === 'claude-opus-5',
    );
    const fees = ours.filter(({ meter }) => meter === 'web_search');
    expect(fees.map(({ serviceTier, amount, per }) => [serviceTier, amount, per])).toEqual([['*', '10', 1000]]);
  });

  test('a rule for a model that the catalogue does not know is refused', () => {
    expect(() => withServiceTiers([], [{ tiers: ['flex'], times: [1n, 2n], models: ['gpt-0'] }])).toThrow(RangeError);
  });
});

describe('models of Anthropic', () => {
  const current = catalogue.models.filter(({ provider, deprecated }) => provider === 'anthropic' && !deprecated);

  test('those that are served have limits, features and every price', () => {
    expect(current.length).toBeGreaterThanOrEqual(16);
    for (const { name, contextWindow, maxOutputTokens, features, inputModalities } of current) {
      expect([name, contextWindow !== null && maxOutputTokens !== null]).toEqual([name, true]);
      expect(features).toEqual(expect.arrayContaining(['tools', 'reasoning', 'json-schema']));
      expect(inputModalities).toEqual(['text', 'image', 'pdf']);
      const meters = catalogue.prices.filter(({ model }) => model === name).map(({ meter }) => meter);
      for (const meter of [
        'input',
        'input_cache_read',
        'input_cache_write_5m',
        'input_cache_write_1h',
        'output',
        'web_search',
      ]) {
        expect([name, meter, meters.includes(meter as (typeof meters)[number])]).toEqual([name, meter, true]);
      }
    }
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
