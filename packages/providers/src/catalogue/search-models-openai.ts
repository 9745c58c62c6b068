import type { HandWrittenModels } from './catalogue-data.js';

/**
 * OpenAI's models that search in chat completions, written by hand from sources that quote OpenAI's list of prices ("Web
 * search preview (non-reasoning models)" and "Web search"), not from the list itself: compare with the provider's bill,
 * and publish another price where they differ. The context of `gpt-5-search-api` is that of `gpt-5`. The imported data have no fee for the searches of the first, count the
 * second to the model that it is made from, and do not know the third.
 */
export const OPENAI_SEARCH_MODELS: HandWrittenModels = {
  provider: 'openai',
  source: 'hand-written, second-hand',
  models: [
    {
      name: 'gpt-4o-search-preview',
      displayName: 'GPT-4o Search Preview',
      contextWindow: 128_000,
      deprecated: false,
      match: { starts_with: 'gpt-4o-search-preview' },
      prices: [
        { meter: 'input', amount: '2.5', per: 1_000_000 },
        { meter: 'output', amount: '10', per: 1_000_000 },
        { meter: 'web_search', amount: '25', per: 1000 },
      ],
    },
    {
      name: 'gpt-4o-mini-search-preview',
      displayName: 'GPT-4o mini Search Preview',
      contextWindow: 128_000,
      deprecated: false,
      match: { starts_with: 'gpt-4o-mini-search-preview' },
      prices: [
        { meter: 'input', amount: '0.15', per: 1_000_000 },
        { meter: 'output', amount: '0.6', per: 1_000_000 },
        { meter: 'web_search', amount: '25', per: 1000 },
      ],
    },
    {
      name: 'gpt-5-search-api',
      displayName: 'GPT-5 Search API',
      contextWindow: 400_000,
      deprecated: false,
      match: { starts_with: 'gpt-5-search-api' },
      prices: [
        { meter: 'input', amount: '1.25', per: 1_000_000 },
        { meter: 'input_cache_read', amount: '0.125', per: 1_000_000 },
        { meter: 'output', amount: '10', per: 1_000_000 },
        { meter: 'web_search', amount: '10', per: 1000 },
      ],
    },
  ],
};
