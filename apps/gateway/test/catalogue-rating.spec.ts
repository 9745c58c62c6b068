import { describe, expect, test } from '@jest/globals';
import { compilePriceSheet, holdBound, isPriced, type PriceSheet, rate } from '@tollgate/billing';
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
  test('the prices of every model compile, and nearly every model that is served has some', () => {
    const unpriced = catalogue.models.filter(
      ({ provider, name, deprecated }) => provider !== 'sandbox' && !isPriced(sheetOf(provider, name)) && !deprecated,
    );
    const of = (id: string): string[] => unpriced.filter(({ provider }) => provider === id).map(({ name }) => name);
    // sold under the price of the model that it points to, which changes
    expect(of('openai')).toEqual(['chatgpt-image-latest']);
    expect(of('anthropic')).toEqual([]);
    expect(of('deepseek')).toEqual([]);
    // trials, and names that are served by whoever is fastest, have no price by their nature
    const others = unpriced.filter(({ provider }) => provider !== 'nvidia-nim' && provider !== 'huggingface');
    expect(others.length).toBeLessThan(60);
  });

  test('an image costs what its quality and size say, and one of another size is unpriced', () => {
    const image = ['openai', 'dall-e-3'] as const;
    expect(costOf(image, { image: 3 }, { serviceTier: 'hd:1024x1792' })).toEqual(['0.36', []]);
    expect(costOf(image, { image: 1 }, { serviceTier: 'standard:1024x1024' })).toEqual(['0.04', []]);
    expect(costOf(image, { image: 1 }, { serviceTier: 'hd:512x512' })).toEqual(['0', ['image']]);
    expect(costOf(image, { image: 1 })).toEqual(['0', ['image']]);
    expect(costOf(['openai', 'dall-e-2'], { image: 2 }, { serviceTier: 'standard:512x512' })).toEqual(['0.036', []]);
  });

  test('a hold for images is that of the size asked for, and bounds what is rated', () => {
    const hold = (serviceTiers: readonly [string, ...string[]]): [string, boolean] => {
      const request = { inputTokensBound: 0, outputTokensCap: 0, n: 1, region: '*', occurredAt: NOW, serviceTiers };
      const bound = holdBound(sheetOf('openai', 'dall-e-3'), { ...request, otherQuantities: { image: 2 } });
      return [formatPicos(bound.picos).replace(/\.?0+$/, ''), bound.priced];
    };
    expect(hold(['standard:1024x1024'])).toEqual(['0.08', true]);
    // where the provider may choose the quality itself
    expect(hold(['standard:1024x1024', 'hd:1024x1024'])).toEqual(['0.16', true]);
    expect(hold(['hd:512x512'])).toEqual(['0', false]);
  });

  test.each([
    ['speech by the character', 'openai', 'tts-1-hd', { character: 1000 }, '0.03'],
    ['a minute of Whisper', 'openai', 'whisper-1', { audio_ms: 60_000 }, '0.006'],
    ['an answer that searched', 'perplexity', 'sonar', { input: 1000, output: 1000, request: 1 }, '0.014'],
    ['research', 'perplexity', 'sonar-deep-research', { input: 1000, output: 1000, web_search: 2 }, '0.02'],
    ['searches of a reranker', 'cohere', 'rerank-v3.5', { search_unit: 3 }, '0.006'],
    ['moderation', 'openai', 'omni-moderation-latest', { input: 400 }, '0'],
    ['embeddings', 'openai', 'text-embedding-3-small', { input: 1_000_000 }, '0.02'],
    ['an image of Imagen', 'google-gemini', 'imagen-4.0-ultra-generate-001', { image: 2 }, '0.12'],
    ['pages that are read', 'mistral', 'mistral-ocr-latest', { page: 10 }, '0.04'],
  ])('%s', (_, provider, model, usage, dollars) => {
    expect(costOf([provider, model], usage)).toEqual([dollars, []]);
  });

  test('DeepSeek costs more in its busy hours', () => {
    const at = (hour: number): number => Date.UTC(2026, 10, 22, hour);
    const cost = (hour: number): unknown =>
      costOf(['deepseek', 'deepseek-v4-pro'], { output: 1_000_000 }, { occurredAt: at(hour) });
    expect([cost(0), cost(2), cost(5), cost(7), cost(12)]).toEqual([
      ['1.98', []],
      ['3.96', []],
      ['1.98', []],
      ['3.96', []],
      ['1.98', []],
    ]);
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
