import {
  array,
  between,
  boolean,
  FieldTable,
  object,
  requiredArray,
  requiredString,
  REROUTING_RULES,
  string,
  wholeBetween,
} from './request-fields.js';

/** The top-level fields of a request to Anthropic's Messages API that are checked here; the provider judges the rest. */
export const MESSAGES_REQUEST_FIELDS = new FieldTable({
  model: requiredString,
  messages: requiredArray,
  max_tokens: wholeBetween(1, Number.MAX_SAFE_INTEGER),
  stream: boolean,
  system: { kinds: ['string', 'array'] },
  metadata: object,
  service_tier: string,
  speed: string,
  inference_geo: string,
  temperature: between(0, 1),
  top_p: between(0, 1),
  top_k: wholeBetween(0, Number.MAX_SAFE_INTEGER),
  stop_sequences: array,
  thinking: object,
  tools: array,
  tool_choice: object,
  thread: object,
  ...REROUTING_RULES,
});
