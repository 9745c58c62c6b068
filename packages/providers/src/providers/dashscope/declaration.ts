import { CHAT_COMPLETIONS, chatVendor, messagesBeside } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';

/** They take more inputs, and no choice of dimensions; source: alibabacloud.com/help/en/model-studio/text-embedding-synchronous-api. */
const OLDER_EMBEDDINGS = /^text-embedding-(?:async-)?v[12]$/;
const older = openaiEmbeddings(EMBEDDINGS_VENDORS['dashscope-older']);
const newer = openaiEmbeddings(EMBEDDINGS_VENDORS.dashscope);

/**
 * Alibaba Cloud's Model Studio, by its compatible mode: streams are always incremental there. Sources:
 * alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api, …/deep-thinking and …/anthropic-api-messages.
 */
export const dashscope = chatVendor({
  id: 'dashscope',
  displayName: 'Alibaba Model Studio (DashScope)',
  documentationUrl: 'https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api',
  credentialUrl: 'https://modelstudio.console.alibabacloud.com/?tab=dashboard#/api-key',
  environment: { secret: ['DASHSCOPE_API_KEY', 'ALIBABA_API_KEY'], baseUrl: ['DASHSCOPE_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, messagesBeside(/\/compatible-mode\/v1$/, '/apps/anthropic/v1/messages')],
  operations: { embeddings: (model) => (OLDER_EMBEDDINGS.test(model) ? older : newer) },
  defaultBaseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  takes: () => ({
    thinking: 'budget',
    leastThinking: 'nothing',
    efforts: [],
    thinkingSwitch: { on: { enable_thinking: true }, off: { enable_thinking: false }, budgetField: 'thinking_budget' },
    refuses: ['logit_bias', 'frequency_penalty'],
  }),
});
