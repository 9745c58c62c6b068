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
/** Models that answer through the Responses API only. */
const responses = (maxOutputTokens?: number): ModelFacts => ({
  ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  inputModalities: TEXT_AND_IMAGES,
  outputModalities: TEXT,
  features: ['responses', 'reasoning'],
});
const transcription: ModelFacts = { inputModalities: ['audio'], outputModalities: TEXT, features: ['transcriptions'] };
const images: ModelFacts = { inputModalities: TEXT_AND_IMAGES, outputModalities: ['image'], features: ['images'] };
const realtime: ModelFacts = {
  inputModalities: ['text', 'audio'],
  outputModalities: ['text', 'audio'],
  features: ['realtime'],
};
const completion: ModelFacts = { inputModalities: TEXT, outputModalities: TEXT, features: ['completions'] };
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
  'o1-pro': responses(100_000),
  o3: chat(100_000, TEXT_AND_IMAGES, THINKING),
  'o3-mini': chat(100_000, TEXT, THINKING),
  'o3-pro': responses(100_000),
  'o4-mini': chat(100_000, TEXT_AND_IMAGES, THINKING),
  'gpt-5': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'gpt-5-mini': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'gpt-5-nano': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'gpt-5-search-api': chat(128_000, TEXT, ['chat', 'streaming', 'json-schema', 'web-search']),
  'gpt-5-pro': responses(272_000),
  'gpt-5.1': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'gpt-5.2': chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
  'codex-mini': responses(),
  'computer-use': responses(),
  'o3-deep-research': responses(),
  'o4-mini-deep-research': responses(),
  'gpt-3.5-turbo-instruct': completion,
  'gpt-4o-realtime-preview': realtime,
  'gpt-4o-mini-realtime-preview': realtime,
  'gpt-realtime': realtime,
  'gpt-realtime-mini': realtime,
  'gpt-4o-transcribe': transcription,
  'gpt-4o-mini-transcribe': transcription,
  'whisper-1': transcription,
  'gpt-4o-mini-tts': { inputModalities: TEXT, outputModalities: ['audio'], features: ['speech'] },
  'gpt-image-1': images,
  'gpt-image-1-mini': images,
  'gpt-image-1.5': images,
  // newer than the model pages were read: they go by their family, which has one endpoint
  'gpt-image-2': images,
  'gpt-realtime-2': realtime,
  'gpt-transcribe': transcription,
  moderation: { inputModalities: TEXT_AND_IMAGES, outputModalities: [], features: ['moderations'] },
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
  ada: { ...completion, ...retired },
  babbage: { ...completion, ...retired },
  curie: { ...completion, ...retired },
  davinci: { ...completion, ...retired },
  'text-davinci-002': { ...completion, ...retired },
  'text-davinci-003': { ...completion, ...retired },
};
