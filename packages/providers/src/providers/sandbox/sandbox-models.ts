import type { CatalogueModel } from '../../catalogue/catalogue-entries.js';

const CONTEXT_WINDOW = 128_000;
const MAX_OUTPUT_TOKENS = 16_384;

const FEATURES = ['chat', 'streaming', 'tools', 'parallel-tools', 'json-schema'];

const model = (name: string, displayName: string, features: readonly string[] = FEATURES): CatalogueModel => ({
  provider: 'sandbox',
  name: `sandbox/${name}`,
  displayName: `${displayName} (simulated)`,
  contextWindow: CONTEXT_WINDOW,
  maxOutputTokens: MAX_OUTPUT_TOKENS,
  inputModalities: ['text', 'image', 'audio', 'file'],
  outputModalities: ['text'],
  features,
  knowledgeCutoff: null,
  aliases: [],
  deprecated: false,
});

const other = (
  name: string,
  displayName: string,
  offer: Pick<CatalogueModel, 'inputModalities' | 'outputModalities' | 'features'>,
): CatalogueModel => ({
  ...model(name, displayName),
  maxOutputTokens: null,
  ...offer,
});

/** The sandbox models that lists show. Those with a number in their name take any other number too. */
export const SANDBOX_MODELS: readonly CatalogueModel[] = [
  model('echo', 'Echo of the last message'),
  model('lorem', 'Filler text'),
  model('tools', 'Calls the first tool'),
  model('json', 'JSON by schema'),
  model('reasoning', 'Thinks before it answers', [...FEATURES, 'reasoning']),
  model('slow-500ms', 'Waits 500 ms before it answers'),
  model('stream-20x50ms', 'Streams 20 chunks, one each 50 ms'),
  model('no-usage', 'Reports no usage'),
  model('error-429', 'Answers with the error 429'),
  model('error-500', 'Answers with the error 500'),
  model('cut-after-3', 'Cuts the stream after 3 chunks'),
  model('hang', 'Never answers'),
  other('embedding', 'Vectors', {
    inputModalities: ['text'],
    outputModalities: ['embedding'],
    features: ['embeddings'],
  }),
  other('rerank', 'Orders documents', { inputModalities: ['text'], outputModalities: ['text'], features: ['rerank'] }),
  other('moderation', 'Flags what says "flag me"', {
    inputModalities: ['text'],
    outputModalities: [],
    features: ['moderations'],
  }),
  other('image', 'Coloured squares', { inputModalities: ['text'], outputModalities: ['image'], features: ['images'] }),
  other('speech', 'A tone', { inputModalities: ['text'], outputModalities: ['audio'], features: ['speech'] }),
  other('transcription', 'Made-up transcripts', {
    inputModalities: ['audio'],
    outputModalities: ['text'],
    features: ['transcriptions'],
  }),
];
