import type { Meter } from '@tollgate/domain';

import type { ClientFamily } from '../surfaces/client-family.js';

/** What a caller wants to know of a model before calling it: limits, modalities, features, prices. */
export interface ListedModel {
  readonly name: string;
  /** Of the first deployment that would serve it. */
  readonly provider: string;
  readonly displayName: string;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  readonly features: readonly string[];
  readonly knowledgeCutoff: string | null;
  readonly deprecated: boolean;
  /** The provider is simulated: answers are made up, and cost nothing. */
  readonly simulated: boolean;
  /** Decimal USD by meter, for `per` units; null when the model has no price. */
  readonly pricing: Readonly<Partial<Record<Meter, { readonly amount: string; readonly per: number }>>> | null;
}

type Wire = Readonly<Record<string, unknown>>;

interface ModelShape {
  one(model: ListedModel): Wire;
  list(models: readonly ListedModel[]): Wire;
}

/** What no vendor's own object has a name for is told alike in all of them. */
function capabilities(model: ListedModel): Wire {
  return {
    input_modalities: model.inputModalities,
    output_modalities: model.outputModalities,
    features: model.features,
    knowledge_cutoff: model.knowledgeCutoff,
    deprecated: model.deprecated,
    simulated: model.simulated,
    pricing: model.pricing,
  };
}

function openAiModel(model: ListedModel): Wire {
  return {
    id: model.name,
    object: 'model',
    created: 0,
    owned_by: model.provider,
    context_window: model.contextWindow,
    max_output_tokens: model.maxOutputTokens,
    ...capabilities(model),
  };
}

function anthropicModel(model: ListedModel): Wire {
  return {
    ...capabilities(model),
    type: 'model',
    id: model.name,
    display_name: model.name,
    created_at: new Date(0).toISOString(),
    owned_by: model.provider,
    max_input_tokens: model.contextWindow,
    max_tokens: model.maxOutputTokens,
  };
}

/** Nothing is known against a model that the catalogue does not know. */
function converses({ features }: ListedModel): boolean {
  return features.length === 0 || features.some((feature) => feature === 'chat' || feature === 'responses');
}

/** Numbers that are not known are left out: Google's SDK takes them for numbers. */
function googleModel(model: ListedModel): Wire {
  return {
    ...capabilities(model),
    name: `models/${model.name}`,
    baseModelId: model.name,
    displayName: model.displayName,
    ...(model.contextWindow !== null && { inputTokenLimit: model.contextWindow }),
    ...(model.maxOutputTokens !== null && { outputTokenLimit: model.maxOutputTokens }),
    supportedGenerationMethods: converses(model) ? ['generateContent', 'streamGenerateContent', 'countTokens'] : [],
  };
}

/** The lists are whole: there is no other page. */
export const MODEL_SHAPES: Readonly<Record<ClientFamily, ModelShape>> = {
  openai: { one: openAiModel, list: (models) => ({ object: 'list', data: models.map(openAiModel) }) },
  anthropic: {
    one: anthropicModel,
    list: (models) => ({
      data: models.map(anthropicModel),
      has_more: false,
      first_id: models[0]?.name ?? null,
      last_id: models.at(-1)?.name ?? null,
    }),
  },
  google: { one: googleModel, list: (models) => ({ models: models.map(googleModel) }) },
};
