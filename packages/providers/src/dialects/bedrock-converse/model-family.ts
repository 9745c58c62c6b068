/** Whose model it is: what stands in `additionalModelRequestFields` is in the words of its maker. */
export type ModelFamily = 'claude' | 'nova' | 'gpt-oss' | 'qwen' | 'mistral' | 'cohere' | 'llama' | 'unknown';

/**
 * Ids are `maker.model`, behind a region's or `global.` where a profile spreads requests over regions, or the ARN of such
 * a profile or of a model. The ARN of an application's own profile does not say which model it is.
 */
const FAMILIES: readonly (readonly [RegExp, ModelFamily])[] = [
  [/(?:^|[./])anthropic\.claude/, 'claude'],
  [/(?:^|[./])amazon\.nova/, 'nova'],
  [/(?:^|[./])openai\.gpt-oss/, 'gpt-oss'],
  [/(?:^|[./])qwen\./, 'qwen'],
  [/(?:^|[./])mistral\./, 'mistral'],
  [/(?:^|[./])cohere\./, 'cohere'],
  [/(?:^|[./])meta\.llama/, 'llama'],
];

export function modelFamily(upstreamModel: string): ModelFamily {
  return FAMILIES.find(([ids]) => ids.test(upstreamModel))?.[1] ?? 'unknown';
}
