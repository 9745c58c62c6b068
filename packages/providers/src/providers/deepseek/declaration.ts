import { CHAT_COMPLETIONS, chatVendor, messagesBeside, type ModelTraits } from '../openai-compatible/chat-vendor.js';

/** Schemas of answers are not taken, only `json_object`; source: api-docs.deepseek.com/guides/json_mode. */
const REFUSED = ['top_k', 'seed', 'logit_bias', 'n', 'response_format.json_schema', 'parallel_tool_calls'];

/**
 * Thinking is on unless it is turned off, and calls of tools come back with the thoughts that led to them, or are refused.
 * Source: api-docs.deepseek.com/guides/thinking_mode.
 */
const THINKING: ModelTraits = {
  thinking: 'effort',
  leastThinking: 'nothing',
  efforts: ['low', 'high', 'max'],
  thinkingSwitch: { on: { thinking: { type: 'enabled' } }, off: { thinking: { type: 'disabled' } } },
  thoughtsBetweenTools: true,
  refuses: REFUSED,
};

/** The old names fix whether the model thinks. */
const NAMED: Readonly<Record<string, ModelTraits>> = {
  'deepseek-chat': { thinking: 'none', leastThinking: 'nothing', efforts: [], refuses: REFUSED },
  'deepseek-reasoner': { ...THINKING, leastThinking: 'something', forcedToolChoice: false },
};

/** Anthropic's dialect lies at `/anthropic`; source: api-docs.deepseek.com/guides/anthropic_api. */
export const deepseek = chatVendor({
  id: 'deepseek',
  displayName: 'DeepSeek',
  documentationUrl: 'https://api-docs.deepseek.com/api/create-chat-completion',
  credentialUrl: 'https://platform.deepseek.com/api_keys',
  environment: { secret: ['DEEPSEEK_API_KEY'], baseUrl: ['DEEPSEEK_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, messagesBeside(/\/(?:v1|beta)$/, '/anthropic/v1/messages')],
  defaultBaseUrl: 'https://api.deepseek.com',
  takes: (model) => NAMED[model] ?? THINKING,
});
