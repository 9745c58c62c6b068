import { CHAT_COMPLETIONS, chatVendor, messagesBeside, type ModelTraits } from '../openai-compatible/chat-vendor.js';

/** Neither is `tool_choice: required`; source: platform.moonshot.ai/docs/guide/migrating-from-openai-to-kimi. */
const NOT_MOONSHOT = ['top_k', 'logit_bias', 'logprobs', 'seed', 'parallel_tool_calls'];
/** Kimi's sampling is fixed, other values are refused; source: platform.moonshot.ai/docs/guide/kimi-k2-5-quickstart. */
const KIMI: ModelTraits = {
  outputCapField: 'max_completion_tokens',
  thoughtsBetweenTools: true,
  forcedToolChoice: false,
  refuses: [...NOT_MOONSHOT, 'temperature', 'top_p', 'n', 'presence_penalty', 'frequency_penalty'],
};

/** Source: platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model; K3 takes words of effort and always thinks. */
function takes(model: string): ModelTraits {
  if (model.startsWith('kimi-k3')) return { ...KIMI, thinking: 'effort', efforts: ['low', 'high', 'max'] };
  if (/^kimi-k2\.[56]/.test(model)) {
    return {
      ...KIMI,
      thinking: 'budget',
      leastThinking: 'nothing',
      efforts: [],
      thinkingSwitch: { on: { thinking: { type: 'enabled' } }, off: { thinking: { type: 'disabled' } } },
    };
  }
  if (model.startsWith('kimi-')) return KIMI;
  return { forcedToolChoice: false, thinking: 'none', leastThinking: 'nothing', efforts: [], refuses: NOT_MOONSHOT };
}

/** Accounts belong to one of two places, `api.moonshot.ai` or `api.moonshot.cn`. */
export const moonshot = chatVendor({
  id: 'moonshot',
  displayName: 'Moonshot AI',
  documentationUrl: 'https://platform.moonshot.ai/docs/api/chat',
  credentialUrl: 'https://platform.moonshot.ai/console/api-keys',
  environment: { secret: ['MOONSHOT_API_KEY'], baseUrl: ['MOONSHOT_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, messagesBeside(/\/v1$/, '/anthropic/v1/messages')],
  defaultBaseUrl: 'https://api.moonshot.ai/v1',
  takes,
});
