import { describe, expect, test } from '@jest/globals';
import { compilePriceSheet, isPriced, type PriceSheet, rate } from '@tollgate/billing';
import { formatPicos, type Usage } from '@tollgate/domain';
import { catalogue } from '@tollgate/providers';

const AT_LIST = { markupBasisPoints: 0, platformFeeBasisPoints: 0 };
const NOW = Date.UTC(2026, 10, 22);

function sheetOf(provider: string, model: string): PriceSheet {
  const own = catalogue.prices.filter((price) => price.provider === provider && price.model === model);
  return compilePriceSheet(
    own.map((price, index) => ({ ...price, id: `price_${index}` })),
    AT_LIST,
  );
}

/** Dollars, and what has no price. */
function costOf(
  [provider, model]: readonly [string, string],
  usage: Usage,
  { serviceTier = '*', occurredAt = NOW } = {},
): [string, readonly string[]] {
  const circumstances = { serviceTier, region: '*', credentialOwner: 'operator', simulated: false } as const;
  const { listCost, unpriced } = rate(sheetOf(provider, model), { usage, occurredAt, ...circumstances });
  return [formatPicos(listCost).replace(/\.?0+$/, ''), unpriced];
}

const OPUS = ['anthropic', 'claude-opus-5-5'] as const;
const HAIKU = ['anthropic', 'claude-haiku-5-5'] as const;
const SONNET = ['anthropic', 'claude-sonnet-4-6'] as const;

describe('the catalogue', () => {
  test('the prices of every model compile, and every model that is served has some', () => {
    for (const { provider, name, deprecated } of catalogue.models) {
      const priced = provider === 'sandbox' || name === 'moderation' || isPriced(sheetOf(provider, name));
      expect([name, deprecated || priced]).toEqual([name, true]);
    }
  });

  test.each([
    ['ordinary', '*', '0.036'],
    ['called standard', 'standard', '0.036'],
    ['a batch', 'batch', '0.018'],
    ['fast mode', 'fast', '0.072'],
    ['inference in the United States', 'us', '0.0396'],
  ])('5,000 tokens in and 800 out of Claude Opus 5.5: %s', (_, serviceTier, dollars) => {
    expect(costOf(OPUS, { input: 5_000, output: 800 }, { serviceTier })).toEqual([dollars, []]);
  });

  test('capacity that was bought ahead has no price for a token, and its searches have their fee', () => {
    const usage = { input: 5_000, output: 800, web_search: 3 };
    expect(costOf(OPUS, usage, { serviceTier: 'priority' })).toEqual(['0.03', ['input', 'output']]);
  });

  test('a cached conversation of Anthropic: reads at a twentieth, writes by how long they last, searches by the piece', () => {
    const usage = {
      input: 1_000,
      input_cache_read: 100_000,
      input_cache_write_5m: 10_000,
      input_cache_write_1h: 10_000,
      output: 2_000,
      web_search: 2,
    };
    // 0.004 + 0.02 + 0.05 + 0.08 + 0.04 + 0.02
    expect(costOf(OPUS, usage)).toEqual(['0.214', []]);
  });

  test('a prompt over 100,000 tokens costs Claude Haiku 5.5 more in all its parts', () => {
    const usage = { input: 1_000, input_cache_read: 99_000, output: 1_000 };
    expect(costOf(HAIKU, usage)).toEqual(['0.00159', []]);
    expect(costOf(HAIKU, { ...usage, input: 1_001 })).toEqual(['0.0079505', []]);
    expect(costOf(HAIKU, { ...usage, input: 1_001 }, { serviceTier: 'batch' })).toEqual(['0.00397525', []]);
  });

  test('long contexts of Claude Sonnet 4.6 cost more until they did not', () => {
    const usage = { input: 200_001, output: 1_000 };
    expect(costOf(SONNET, usage, { occurredAt: Date.UTC(2026, 2, 12) })).toEqual(['1.222506', []]);
    expect(costOf(SONNET, usage, { occurredAt: Date.UTC(2026, 2, 13) })).toEqual(['0.615003', []]);
  });

  test('OpenAI: a long context at flex, and a tier that a model does not have', () => {
    const usage = { input: 172_000, input_cache_read: 100_000, output: 1_000 };
    expect(costOf(['openai', 'gpt-5.5'], usage, { serviceTier: 'flex' })).toEqual(['0.9325', []]);
    expect(costOf(['openai', 'gpt-5.4-nano'], { output: 1 }, { serviceTier: 'priority' })).toEqual(['0', ['output']]);
    expect(costOf(['openai', 'gpt-5.5'], { output: 1 }, { serviceTier: 'ultrafast' })).toEqual(['0', ['output']]);
  });
});
