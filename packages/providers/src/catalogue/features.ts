/** Endpoints of ours through which a model can be called. */
export const ENDPOINT_FEATURES = [
  'chat',
  'responses',
  'completions',
  'embeddings',
  'rerank',
  'images',
  'speech',
  'transcriptions',
  'moderations',
  'realtime',
] as const;

/** What a model can do besides. One that is not listed is not known, which is not the same as lacking. */
export const ABILITY_FEATURES = [
  'streaming',
  'tools',
  'parallel-tools',
  'json-schema',
  'reasoning',
  'web-search',
  'prompt-caching',
] as const;

/** The words for what a model of the catalogue offers. */
export type Feature = (typeof ENDPOINT_FEATURES)[number] | (typeof ABILITY_FEATURES)[number];
