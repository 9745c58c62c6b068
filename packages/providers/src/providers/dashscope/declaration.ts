import { CHAT_COMPLETIONS, chatVendor, messagesBeside } from '../openai-compatible/chat-vendor.js';

/**
 * Alibaba Cloud's Model Studio, by its compatible mode: streams are always incremental there. Source:
 * alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api and …/deep-thinking.
 */
export const dashscope = chatVendor({
  id: 'dashscope',
  displayName: 'Alibaba Model Studio (DashScope)',
  documentationUrl: 'https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api',
  credentialUrl: 'https://modelstudio.console.alibabacloud.com/?tab=dashboard#/api-key',
  environment: { secret: ['DASHSCOPE_API_KEY', 'ALIBABA_API_KEY'], baseUrl: ['DASHSCOPE_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, messagesBeside(/\/compatible-mode\/v1$/, '/apps/anthropic/v1/messages')],
  defaultBaseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  takes: () => ({
    thinking: 'budget',
    leastThinking: 'nothing',
    efforts: [],
    thinkingSwitch: { on: { enable_thinking: true }, off: { enable_thinking: false }, budgetField: 'thinking_budget' },
    refuses: ['logit_bias', 'frequency_penalty'],
  }),
});
