/** What models.dev says of a provider's models: facts, and prices as rows of our meters. */
import { readFileSync } from 'node:fs';

import { decimal } from './genai-prices.mjs';

const MILLION = 1_000_000;

const METERS = {
  input: 'input',
  output: 'output',
  reasoning: 'output_reasoning',
  cache_read: 'input_cache_read',
  cache_write: 'input_cache_write_5m',
  input_audio: 'input_audio',
  output_audio: 'output_audio',
};

export function readSnapshot(provider) {
  return JSON.parse(readFileSync(new URL(`models-dev/${provider}.json`, import.meta.url), 'utf8'));
}

/** Which endpoints a model has and what it can do, in the words of packages/providers/src/catalogue/features.ts. */
const ENDPOINTS = [
  [/embed|\bbge-|(^|\/)e5-|gte-/i, ['embeddings'], ['embedding']],
  [/rerank/i, ['rerank'], []],
  [/whisper|transcri|(^|[-/])asr\b|parakeet|canary/i, ['transcriptions'], null],
  [/(^|[-/])tts\b|melotts|aura-|kokoro|orpheus/i, ['speech'], ['audio']],
  [/moderation/i, ['moderations'], []],
  [/realtime|(^|-)live(-|$)|native-audio|sonic/i, ['realtime'], null],
  [/(^|[-/])ocr\b/i, [], null],
];

/** The facts that hold wherever the model is served, or `null` of what models.dev does not say. */
export function factsOf(model) {
  const [input, output] = model.modalities;
  const special = ENDPOINTS.find(([pattern]) => pattern.test(model.id));
  const generatesOnly = !output.includes('text');
  const features = special?.[1] ?? (generatesOnly ? generated(output) : chatFeatures(model));
  return {
    contextWindow: positive(model.context),
    maxOutputTokens: special?.[2] === null || special === undefined ? positive(model.output) : null,
    inputModalities: input,
    outputModalities: special?.[2] ?? output,
    features,
    knowledgeCutoff: model.knowledge?.slice(0, 7) ?? null,
    releasedOn: model.released ?? null,
    openWeights: model.openWeights,
  };
}

const generated = (output) => (output.includes('image') ? ['images'] : output.includes('audio') ? ['speech'] : []);

function chatFeatures({ features, modalities, costs }) {
  return [
    'chat',
    'streaming',
    ...(features.includes('tool_call') ? ['tools'] : []),
    ...(features.includes('structured_output') ? ['json-schema'] : []),
    ...(features.includes('reasoning') ? ['reasoning'] : []),
    ...(modalities[1].includes('image') ? ['images'] : []),
    ...(costs.some(({ cache_read: read }) => read > 0) ? ['prompt-caching'] : []),
  ];
}

const positive = (number) => (number > 1 ? number : null);

/**
 * A model whose every price is 0 has none here: models.dev writes 0 for what it does not know, and for trials and plans
 * that are paid otherwise. `free` tells names that are free by their own word.
 */
export function pricesOf(model, free) {
  const isFree = free && model.id.endsWith(':free');
  if (!isFree && !model.costs.some(({ input, output }) => input > 0 || output > 0)) return [];
  return model.costs.flatMap(({ above, ...cost }) =>
    Object.entries(cost)
      .filter(([name, amount]) => METERS[name] !== undefined && (isFree || amount > 0))
      .map(([name, amount]) => ({
        meter: METERS[name],
        amount: decimal(amount),
        per: MILLION,
        ...(above > 0 && { fromTokens: above + 1 }),
      })),
  );
}
