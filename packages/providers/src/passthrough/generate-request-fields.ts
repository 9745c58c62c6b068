import { array, FieldTable, object, REROUTING_RULES, string, wholeBetween, type FieldRule } from './request-fields.js';

const message: FieldRule = { kinds: ['object'] };
/** A list of one may be written as the one, and Google's own examples make use of that. */
const list: FieldRule = { kinds: ['array', 'object'] };
const COUNT = wholeBetween(1, Number.MAX_SAFE_INTEGER);

/**
 * The top-level fields of a request to generate content that are checked here; the provider judges the rest. Google's JSON
 * takes each in camel case and with underscores.
 */
export const GENERATE_REQUEST_FIELDS = new FieldTable({
  contents: { ...list, required: true },
  generationConfig: { ...message, required: true },
  generation_config: { ...message, required: true },
  systemInstruction: { kinds: ['object', 'string'] },
  system_instruction: { kinds: ['object', 'string'] },
  tools: list,
  toolConfig: object,
  tool_config: object,
  safetySettings: array,
  safety_settings: array,
  serviceTier: string,
  service_tier: string,
  labels: object,
  cachedContent: string,
  cached_content: string,
  model: string,
  ...REROUTING_RULES,
});

/** Two spellings of one field. */
export const GENERATE_TWINS = [
  ['generationConfig', 'generation_config'],
  ['systemInstruction', 'system_instruction'],
  ['toolConfig', 'tool_config'],
  ['safetySettings', 'safety_settings'],
  ['serviceTier', 'service_tier'],
  ['cachedContent', 'cached_content'],
] as const;

/** What of `generationConfig` the gateway acts upon. By the last two Vertex serves another model than the address names. */
export const GENERATION_CONFIG_FIELDS = new FieldTable({
  maxOutputTokens: COUNT,
  max_output_tokens: COUNT,
  candidateCount: wholeBetween(1, 128),
  candidate_count: wholeBetween(1, 128),
  routingConfig: object,
  routing_config: object,
  modelSelectionConfig: object,
  model_selection_config: object,
});

export const GENERATION_CONFIG_TWINS = [
  ['maxOutputTokens', 'max_output_tokens'],
  ['candidateCount', 'candidate_count'],
  ['routingConfig', 'routing_config'],
  ['modelSelectionConfig', 'model_selection_config'],
] as const;
