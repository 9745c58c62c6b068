import type { HandWrittenModels } from './catalogue-data.js';
import { ANTHROPIC_FACTS } from './facts-anthropic.js';
import { OPENAI_FACTS } from './facts-openai.js';
import {
  AZURE_MEDIA_FACTS,
  AZURE_MEDIA_MODELS,
  OPENAI_MEDIA_FACTS,
  OPENAI_MEDIA_MODELS,
} from './media-models-openai.js';
import type { ModelFacts } from './model-facts.js';
import { MOVED_GROQ_FACTS, MOVED_GROQ_NAMES, MOVED_MISTRAL_FACTS, MOVED_MISTRAL_NAMES } from './moved-names.js';
import { NEW_ANTHROPIC_MODELS } from './new-models-anthropic.js';
import {
  COHERE_SEARCH_FACTS,
  COHERE_SEARCH_MODELS,
  GEMINI_IMAGE_MODELS,
  GROQ_SPEECH_FACTS,
  IMAGEN_FACTS,
  JINA_FACTS,
  JINA_MODELS,
  VERTEX_IMAGE_MODELS,
  VOYAGE_FACTS,
  VOYAGE_RERANKERS,
} from './search-and-media-models.js';
import { OPENAI_SEARCH_MODELS } from './search-models-openai.js';
import { ANTHROPIC_TIER_RULES, OPENAI_TIER_RULES, type ServiceTierRule } from './service-tier-rules.js';

/** What is written by hand of a provider: it stands before what is imported, and instead of it where both have a model. */
interface HandWritten {
  readonly models?: readonly HandWrittenModels[];
  readonly facts?: Readonly<Record<string, ModelFacts>>;
  readonly tiers?: readonly ServiceTierRule[];
}

export const HAND_WRITTEN: Readonly<Record<string, HandWritten>> = {
  openai: {
    models: [OPENAI_SEARCH_MODELS, OPENAI_MEDIA_MODELS],
    facts: { ...OPENAI_FACTS, ...OPENAI_MEDIA_FACTS },
    tiers: OPENAI_TIER_RULES,
  },
  'azure-openai': {
    models: [AZURE_MEDIA_MODELS],
    facts: { ...withoutAliases({ ...OPENAI_FACTS, ...OPENAI_MEDIA_FACTS }), ...AZURE_MEDIA_FACTS },
  },
  anthropic: { models: [NEW_ANTHROPIC_MODELS], facts: ANTHROPIC_FACTS, tiers: ANTHROPIC_TIER_RULES },
  cohere: { models: [COHERE_SEARCH_MODELS], facts: COHERE_SEARCH_FACTS },
  'google-gemini': { models: [GEMINI_IMAGE_MODELS], facts: IMAGEN_FACTS },
  'google-vertex': { models: [VERTEX_IMAGE_MODELS], facts: IMAGEN_FACTS },
  groq: { models: [MOVED_GROQ_NAMES], facts: { ...GROQ_SPEECH_FACTS, ...MOVED_GROQ_FACTS } },
  mistral: { models: [MOVED_MISTRAL_NAMES], facts: MOVED_MISTRAL_FACTS },
  voyage: { models: [VOYAGE_RERANKERS], facts: VOYAGE_FACTS },
  jina: { models: [JINA_MODELS], facts: JINA_FACTS },
};

/** At Azure the operator names what a model is called by, and each address retires models on days of its own. */
function withoutAliases(facts: Readonly<Record<string, ModelFacts>>): Readonly<Record<string, ModelFacts>> {
  const ofOpenAi = new Set(['aliases', 'retiredOn']);
  const elsewhere = (known: ModelFacts): ModelFacts =>
    Object.fromEntries(Object.entries(known).filter(([name]) => !ofOpenAi.has(name)));
  return Object.fromEntries(Object.entries(facts).map(([name, known]) => [name, elsewhere(known)]));
}
