/**
 * What the imported data do not say of OpenAI's models, written by hand from the model pages of OpenAI's documentation
 * (platform.openai.com/docs/models). A model that is not named here has no known limits: nothing is assumed of it.
 */
export interface ModelFacts {
  readonly maxOutputTokens?: number;
  readonly contextWindow?: number;
  readonly inputModalities?: readonly string[];
  readonly outputModalities?: readonly string[];
  readonly features?: readonly string[];
  readonly deprecated?: true;
}

const TEXT = ['text'];
const TEXT_AND_IMAGES = ['text', 'image'];
const TOOLS = ['chat', 'streaming', 'tools'];
const SCHEMA = [...TOOLS, 'parallel-tools', 'json-schema'];
const THINKING = [...TOOLS, 'json-schema', 'reasoning'];

const chat = (
  maxOutputTokens: number,
  inputModalities: readonly string[],
  features: readonly string[],
): ModelFacts => ({
  maxOutputTokens,
  inputModalities,
  outputModalities: TEXT,
  features,
});
const embedding: ModelFacts = { inputModalities: TEXT, outputModalities: ['embedding'], features: ['embeddings'] };
const retired: ModelFacts = { deprecated: true };
const retiredChat = (maxOutputTokens: number): ModelFacts => ({
  ...chat(maxOutputTokens, TEXT, ['chat', 'streaming']),
  ...retired,
});

export const OPENAI_FACTS: Readonly<Record<string, ModelFacts>> = {
  'gpt-3.5-turbo': chat(4096, TEXT, TOOLS),
  'gpt-3.5-turbo-1106': chat(4096, TEXT, TOOLS),
  'gpt-4': chat(8192, TEXT, TOOLS),
  'gpt-4-turbo': chat(4096, TEXT_AND_IMAGES, [...TOOLS, 'parallel-tools']),
  'gpt-4o': chat(16_384, TEXT_AND_IMAGES, SCHEMA),
  'gpt-4o-2024-05-13': chat(4096, TEXT_AND_IMAGES, [...TOOLS, 'parallel-tools']),
  'gpt-4o-mini': chat(16_384, TEXT_AND_IMAGES, SCHEMA),
  'chatgpt-4o-latest': chat(16_384, TEXT_AND_IMAGES, ['chat', 'streaming']),
  'gpt-4o-audio-preview': { ...chat(16_384, ['text', 'audio'], TOOLS), outputModalities: ['text', 'audio'] },
  'gpt-4o-mini-audio-preview': { ...chat(16_384, ['text', 'audio'], TOOLS), outputModalities: ['text', 'audio'] },
  'gpt-4o-search-preview': chat(16_384, TEXT, ['chat', 'streaming', 'json-schema', 'web-search']),
  'gpt-4o-mini-search-preview': chat(16_384, TEXT, ['chat', 'streaming', 'json-schema', 'web-search']),
  'gpt-4.1': { ...chat(32_768, TEXT_AND_IMAGES, SCHEMA), contextWindow: 1_047_576 },
  'gpt-4.1-mini': { ...chat(32_768, TEXT_AND_IMAGES, SCHEMA), contextWindow: 1_047_576 },
  'gpt-4.1-nano': { ...chat(32_768, TEXT_AND_IMAGES, SCHEMA), contextWindow: 1_047_576 },
  o1: chat(100_000, TEXT_AND_IMAGES, THINKING),
  'o1-pro': { maxOutputTokens: 100_000, inputModalities: TEXT_AND_IMAGES, outputModalities: TEXT },
  o3: chat(100_000, TEXT_AND_IMAGES, THINKING),
  'o3-mini': chat(100_000, TEXT, THINKING),
  'o3-pro': { maxOutputTokens: 100_000, inputModalities: TEXT_AND_IMAGES, outputModalities: TEXT },
  'o4-mini': chat(100_000, TEXT_AND_IMAGES, THINKING),
  'gpt-5': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'gpt-5-mini': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'gpt-5-nano': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'gpt-5-search-api': chat(128_000, TEXT, ['chat', 'streaming', 'json-schema', 'web-search']),
  'gpt-5-pro': { maxOutputTokens: 272_000, inputModalities: TEXT_AND_IMAGES, outputModalities: TEXT },
  'gpt-5.1': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'gpt-5.2': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'text-embedding-3-large': embedding,
  'text-embedding-3-small': embedding,
  'text-embedding-ada-002': embedding,
  'o1-preview': retiredChat(32_768),
  'o1-mini': retiredChat(65_536),
  'gpt-4-32k': retired,
  'gpt-4-vision-preview': { ...chat(4096, TEXT_AND_IMAGES, ['chat', 'streaming']), ...retired },
  'gpt-4.5-preview': { ...chat(16_384, TEXT_AND_IMAGES, SCHEMA), ...retired },
  'gpt-3.5-0301': retiredChat(4096),
  'gpt-3.5-turbo-0613': retiredChat(4096),
  'gpt-3.5-turbo-16k': retiredChat(16_384),
  ada: retired,
  babbage: retired,
  curie: retired,
  davinci: retired,
  'text-davinci-002': retired,
  'text-davinci-003': retired,
};
