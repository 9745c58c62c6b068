import type { Feature } from './features.js';
import type { ModelFacts } from './model-facts.js';

const TEXT = ['text'];
const TEXT_AND_IMAGES = ['text', 'image'];
const TEXT_IMAGES_PDF = ['text', 'image', 'pdf'];
const TOOLS: readonly Feature[] = ['chat', 'streaming', 'tools'];
const SCHEMA: readonly Feature[] = [...TOOLS, 'parallel-tools', 'json-schema'];
const THINKING: readonly Feature[] = [...TOOLS, 'json-schema', 'reasoning'];

const chat = (
  maxOutputTokens: number,
  inputModalities: readonly string[],
  features: readonly Feature[],
): ModelFacts => ({
  maxOutputTokens,
  inputModalities,
  outputModalities: TEXT,
  features,
});
const embedding: ModelFacts = { inputModalities: TEXT, outputModalities: ['embedding'], features: ['embeddings'] };
const current = (knowledgeCutoff: string): ModelFacts => ({
  ...chat(128_000, TEXT_IMAGES_PDF, [...THINKING, 'parallel-tools']),
  knowledgeCutoff,
});
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

/**
 * Written by hand from the model pages of OpenAI's documentation (platform.openai.com/docs/models); knowledge cutoffs and
 * the modalities and limits of models from 5.2 on are those of models.dev (MIT, of 2 July 2026).
 */
export const OPENAI_FACTS: Readonly<Record<string, ModelFacts>> = {
  'gpt-3.5-turbo': { ...chat(4096, TEXT, TOOLS), knowledgeCutoff: '2021-09', aliases: ['gpt-3.5-turbo-0125'] },
  'gpt-3.5-turbo-1106': chat(4096, TEXT, TOOLS),
  'gpt-4': { ...chat(8192, TEXT, TOOLS), knowledgeCutoff: '2023-11', aliases: ['gpt-4-0613'] },
  'gpt-4-turbo': {
    ...chat(4096, TEXT_AND_IMAGES, [...TOOLS, 'parallel-tools']),
    knowledgeCutoff: '2023-12',
    aliases: ['gpt-4-turbo-2024-04-09'],
  },
  'gpt-4o': {
    ...chat(16_384, TEXT_IMAGES_PDF, SCHEMA),
    knowledgeCutoff: '2023-10',
    aliases: ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
  },
  'gpt-4o-2024-05-13': { ...chat(4096, TEXT_AND_IMAGES, [...TOOLS, 'parallel-tools']), knowledgeCutoff: '2023-10' },
  'gpt-4o-mini': {
    ...chat(16_384, TEXT_IMAGES_PDF, SCHEMA),
    knowledgeCutoff: '2023-10',
    aliases: ['gpt-4o-mini-2024-07-18'],
  },
  'chatgpt-4o-latest': chat(16_384, TEXT_AND_IMAGES, ['chat', 'streaming']),
  'gpt-4o-audio-preview': { ...chat(16_384, ['text', 'audio'], TOOLS), outputModalities: ['text', 'audio'] },
  'gpt-4o-mini-audio-preview': { ...chat(16_384, ['text', 'audio'], TOOLS), outputModalities: ['text', 'audio'] },
  'gpt-4o-search-preview': chat(16_384, TEXT, ['chat', 'streaming', 'json-schema', 'web-search']),
  'gpt-4o-mini-search-preview': chat(16_384, TEXT, ['chat', 'streaming', 'json-schema', 'web-search']),
  'gpt-4.1': {
    ...chat(32_768, TEXT_IMAGES_PDF, SCHEMA),
    contextWindow: 1_047_576,
    knowledgeCutoff: '2024-06',
    aliases: ['gpt-4.1-2025-04-14'],
  },
  'gpt-4.1-mini': {
    ...chat(32_768, TEXT_IMAGES_PDF, SCHEMA),
    contextWindow: 1_047_576,
    knowledgeCutoff: '2024-06',
    aliases: ['gpt-4.1-mini-2025-04-14'],
  },
  'gpt-4.1-nano': {
    ...chat(32_768, TEXT_AND_IMAGES, SCHEMA),
    contextWindow: 1_047_576,
    knowledgeCutoff: '2024-06',
    aliases: ['gpt-4.1-nano-2025-04-14'],
  },
  o1: { ...chat(100_000, TEXT_IMAGES_PDF, THINKING), knowledgeCutoff: '2023-10', aliases: ['o1-2024-12-17'] },
  'o1-pro': responses(100_000),
  o3: { ...chat(100_000, TEXT_IMAGES_PDF, THINKING), knowledgeCutoff: '2024-06', aliases: ['o3-2025-04-16'] },
  'o3-mini': { ...chat(100_000, TEXT, THINKING), knowledgeCutoff: '2023-10', aliases: ['o3-mini-2025-01-31'] },
  'o3-pro': responses(100_000),
  'o4-mini': {
    ...chat(100_000, TEXT_AND_IMAGES, THINKING),
    knowledgeCutoff: '2024-06',
    aliases: ['o4-mini-2025-04-16'],
  },
  'gpt-5': {
    ...chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
    knowledgeCutoff: '2024-09',
    aliases: ['gpt-5-2025-08-07'],
  },
  'gpt-5-mini': {
    ...chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
    knowledgeCutoff: '2024-05',
    aliases: ['gpt-5-mini-2025-08-07'],
  },
  'gpt-5-nano': {
    ...chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
    knowledgeCutoff: '2024-05',
    aliases: ['gpt-5-nano-2025-08-07'],
  },
  'gpt-5-search-api': chat(128_000, TEXT, ['chat', 'streaming', 'json-schema', 'web-search']),
  'gpt-5-pro': responses(272_000),
  'gpt-5.1': {
    ...chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
    knowledgeCutoff: '2024-09',
    aliases: ['gpt-5.1-2025-11-13'],
  },
  'gpt-5.2': {
    ...chat(128_000, TEXT_AND_IMAGES, [...THINKING, 'parallel-tools']),
    knowledgeCutoff: '2025-08',
    aliases: ['gpt-5.2-2025-12-11'],
  },
  'gpt-5.4': { ...current('2025-08'), aliases: ['gpt-5.4-2026-03-05'] },
  'gpt-5.4-mini': { ...current('2025-08'), aliases: ['gpt-5.4-mini-2026-03-17'] },
  'gpt-5.4-nano': { ...current('2025-08'), aliases: ['gpt-5.4-nano-2026-03-17'] },
  'gpt-5.4-pro': { ...responses(128_000), knowledgeCutoff: '2025-08', aliases: ['gpt-5.4-pro-2026-03-05'] },
  'gpt-5.5': { ...current('2025-12'), aliases: ['gpt-5.5-2026-04-23'] },
  'gpt-5.5-pro': { ...responses(128_000), knowledgeCutoff: '2025-12', aliases: ['gpt-5.5-pro-2026-04-23'] },
  'gpt-5.3-codex': { ...responses(128_000), knowledgeCutoff: '2025-08' },
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
  'text-embedding-3-large': embedding,
  'text-embedding-3-small': embedding,
  'text-embedding-ada-002': embedding,
  'o1-preview': {
    ...retiredChat(32_768),
    features: ['chat', 'streaming', 'reasoning'],
    knowledgeCutoff: '2023-10',
    aliases: ['o1-preview-2024-09-12'],
    retiredOn: '2025-07-28',
  },
  // text only, no tools; what it takes instead of a system role and max_tokens is the provider's declaration's to know
  'o1-mini': {
    ...retiredChat(65_536),
    features: ['chat', 'streaming', 'reasoning'],
    knowledgeCutoff: '2023-10',
    aliases: ['o1-mini-2024-09-12'],
    retiredOn: '2025-10-27',
  },
  'gpt-4-32k': { ...retired, retiredOn: '2025-06-06' },
  'gpt-4-vision-preview': {
    ...chat(4096, TEXT_AND_IMAGES, ['chat', 'streaming']),
    ...retired,
    retiredOn: '2024-12-06',
  },
  'gpt-4.5-preview': { ...chat(16_384, TEXT_AND_IMAGES, SCHEMA), ...retired, retiredOn: '2025-07-14' },
  'gpt-3.5-0301': retiredChat(4096),
  'gpt-3.5-turbo-0613': retiredChat(4096),
  'gpt-3.5-turbo-16k': retiredChat(16_384),
  ada: { ...completion, ...retired },
  babbage: { ...completion, ...retired },
  curie: { ...completion, ...retired },
  davinci: { ...completion, ...retired },
  'text-davinci-002': { ...completion, ...retired, retiredOn: '2024-01-04' },
  'text-davinci-003': { ...completion, ...retired, retiredOn: '2024-01-04' },
};
