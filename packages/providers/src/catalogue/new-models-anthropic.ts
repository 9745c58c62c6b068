import type { HandWrittenModels, ImportedPrice, ModelMatch } from './catalogue-data.js';

const MILLION = 1_000_000;

/** Input, cache read, cache writes of five minutes and of an hour, output: dollars for a million tokens. */
type TokenAmounts = readonly [input: string, read: string, write5m: string, write1h: string, output: string];

function tokens([input, read, write5m, write1h, output]: TokenAmounts, fromTokens?: number): ImportedPrice[] {
  const when = { per: MILLION, ...(fromTokens !== undefined && { fromTokens }) };
  return [
    { meter: 'input', amount: input, ...when },
    { meter: 'input_cache_read', amount: read, ...when },
    { meter: 'input_cache_write_5m', amount: write5m, ...when },
    { meter: 'input_cache_write_1h', amount: write1h, ...when },
    { meter: 'output', amount: output, ...when },
  ];
}

const SEARCH: ImportedPrice = { meter: 'web_search', amount: '10', per: 1000 };

/** The name with or without a day: newer versions begin with the same letters. */
function itself(name: string): ModelMatch {
  return { or: [{ equals: name }, { regex: `^${name}-\\d{8}$` }] };
}

/**
 * Anthropic's models that the imported data do not have yet, written by hand from Anthropic's documentation
 * (platform.claude.com/docs/en/models/…/overview and …/about-claude/pricing), as of October 2026. The imported data
 * would take `claude-sonnet-5-5` for `claude-sonnet-5`.
 */
export const NEW_ANTHROPIC_MODELS: HandWrittenModels = {
  provider: 'anthropic',
  source: 'hand-written from platform.claude.com/docs, October 2026',
  models: [
    {
      name: 'claude-sonnet-5-5',
      displayName: 'Claude Sonnet 5.5',
      contextWindow: 1_000_000,
      deprecated: false,
      match: { or: [itself('claude-sonnet-5-5'), { starts_with: 'claude-sonnet-5.5' }] },
      prices: [...tokens(['2', '0.2', '2.5', '4', '10']), SEARCH],
    },
    {
      name: 'claude-haiku-5-5',
      displayName: 'Claude Haiku 5.5',
      contextWindow: 1_000_000,
      deprecated: false,
      match: { or: [itself('claude-haiku-5-5'), { starts_with: 'claude-haiku-5.5' }] },
      prices: [
        ...tokens(['0.1', '0.01', '0.125', '0.2', '0.5']),
        // "prompts over 100,000 tokens"
        ...tokens(['0.5', '0.05', '0.625', '1', '2.5'], 100_001),
        SEARCH,
      ],
    },
    {
      name: 'claude-mythos-5-1',
      displayName: 'Claude Mythos 5.1',
      contextWindow: 1_000_000,
      deprecated: false,
      match: itself('claude-mythos-5-1'),
      prices: [...tokens(['10', '0.25', '12.5', '20', '50']), SEARCH],
    },
    {
      name: 'claude-mythos-5',
      displayName: 'Claude Mythos 5',
      contextWindow: 1_000_000,
      deprecated: false,
      match: itself('claude-mythos-5'),
      prices: [...tokens(['10', '1', '12.5', '20', '50']), SEARCH],
    },
  ],
};
