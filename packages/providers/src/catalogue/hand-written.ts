import type { HandWrittenModels } from './catalogue-data.js';
import { ANTHROPIC_FACTS } from './facts-anthropic.js';
import { OPENAI_FACTS } from './facts-openai.js';
import type { ModelFacts } from './model-facts.js';
import { NEW_ANTHROPIC_MODELS } from './new-models-anthropic.js';
import { OPENAI_SEARCH_MODELS } from './search-models-openai.js';
import { ANTHROPIC_TIER_RULES, OPENAI_TIER_RULES, type ServiceTierRule } from './service-tier-rules.js';

/** What is written by hand of a provider: it stands before what is imported, and instead of it where both have a model. */
interface HandWritten {
  readonly models?: readonly HandWrittenModels[];
  readonly facts?: Readonly<Record<string, ModelFacts>>;
  readonly tiers?: readonly ServiceTierRule[];
}

export const HAND_WRITTEN: Readonly<Record<string, HandWritten>> = {
  openai: { models: [OPENAI_SEARCH_MODELS], facts: OPENAI_FACTS, tiers: OPENAI_TIER_RULES },
  anthropic: { models: [NEW_ANTHROPIC_MODELS], facts: ANTHROPIC_FACTS, tiers: ANTHROPIC_TIER_RULES },
};
