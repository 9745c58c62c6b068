import type { HandWrittenModels, ImportedPrice, ListedModel } from './catalogue-data.js';
import type { ModelFacts } from './model-facts.js';

const MILLION = 1_000_000;

/** Input, cache read, output: dollars for a million tokens. */
const tokens = (input: string, read: string, output: string): ImportedPrice[] => [
  { meter: 'input', amount: input, per: MILLION },
  { meter: 'input_cache_read', amount: read, per: MILLION },
  { meter: 'output', amount: output, per: MILLION },
];

const pointer = (name: string, displayName: string, prices: readonly ImportedPrice[]): ListedModel => ({
  name,
  displayName,
  contextWindow: 256_000,
  deprecated: false,
  match: { equals: name },
  prices,
});

/**
 * Names that have come to mean another model since the package was written, at the prices that it has for that model, and
 * models.dev for the name. The package would rate Mistral's small one at half of what it costs.
 */
export const MOVED_MISTRAL_NAMES: HandWrittenModels = {
  provider: 'mistral',
  source: 'hand-written, after models.dev and the prices of the models that are meant',
  models: [
    pointer('mistral-large-latest', 'Mistral Large (latest)', tokens('0.5', '0.05', '1.5')),
    pointer('mistral-small-latest', 'Mistral Small (latest)', tokens('0.15', '0.015', '0.6')),
  ],
};

/** The package counts this model to the one of 120 billion parameters, at twice its price. */
export const MOVED_GROQ_NAMES: HandWrittenModels = {
  provider: 'groq',
  source: 'hand-written, after models.dev',
  models: [
    {
      ...pointer('openai/gpt-oss-safeguard-20b', 'GPT OSS Safeguard 20B', tokens('0.075', '0.0375', '0.3')),
      contextWindow: 131_072,
    },
  ],
};

const TEXT = ['text'];

export const MOVED_MISTRAL_FACTS: Readonly<Record<string, ModelFacts>> = {
  'mistral-large-latest': {
    inputModalities: ['text', 'image'],
    outputModalities: TEXT,
    features: ['chat', 'streaming', 'tools'],
    maxOutputTokens: 256_000,
  },
  'mistral-small-latest': {
    inputModalities: ['text', 'image'],
    outputModalities: TEXT,
    features: ['chat', 'streaming', 'tools', 'reasoning'],
    maxOutputTokens: 256_000,
  },
};

export const MOVED_GROQ_FACTS: Readonly<Record<string, ModelFacts>> = {
  'openai/gpt-oss-safeguard-20b': {
    inputModalities: TEXT,
    outputModalities: TEXT,
    features: ['chat', 'streaming', 'tools', 'json-schema', 'reasoning'],
    maxOutputTokens: 65_536,
  },
};
