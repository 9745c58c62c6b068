import { readZhipuError } from './read-error.js';
import { CHAT_COMPLETIONS, chatVendor, messagesBeside, type ModelTraits } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { placedOperations } from '../../operations/placed-operations.js';

/** Only `tool_choice: auto` is taken; source: docs.z.ai/api-reference/llm/chat-completion. */
const REFUSED = [
  'n',
  'seed',
  'logit_bias',
  'logprobs',
  'presence_penalty',
  'frequency_penalty',
  'parallel_tool_calls',
  'response_format.json_schema',
  'top_k',
];

const SWITCHED: ModelTraits = {
  forcedToolChoice: false,
  thinking: 'budget',
  leastThinking: 'nothing',
  efforts: [],
  thinkingSwitch: { on: { thinking: { type: 'enabled' } }, off: { thinking: { type: 'disabled' } } },
  refuses: REFUSED,
};

/**
 * Words of effort came with GLM-5.2; GLM-5.3 always thinks and takes fewer of them. Source: github.com/pydantic/pydantic-ai,
 * profiles/zai.py, which quotes Z.ai's answers.
 */
function takes(model: string): ModelTraits {
  if (model.startsWith('glm-5.3')) {
    return { forcedToolChoice: false, thinking: 'effort', efforts: ['low', 'high', 'max'], refuses: REFUSED };
  }
  if (!model.startsWith('glm-5.2')) return SWITCHED;
  return { ...SWITCHED, thinking: 'effort', efforts: ['minimal', 'low', 'medium', 'high', 'xhigh'] };
}

/** `https://open.bigmodel.cn/api/paas/v4` in China. Anthropic's dialect lies at `/api/anthropic`; source: docs.z.ai/scenario-example/develop-tools/claude. */
export const zhipu = chatVendor({
  id: 'zhipu',
  displayName: 'Zhipu (Z.ai)',
  documentationUrl: 'https://docs.z.ai/api-reference/llm/chat-completion',
  credentialUrl: 'https://z.ai/manage-apikey/apikey-list',
  environment: { secret: ['ZAI_API_KEY', 'ZHIPU_API_KEY', 'ZHIPUAI_API_KEY'], baseUrl: ['ZAI_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, messagesBeside(/\/(?:coding\/)?paas\/v4$/, '/anthropic/v1/messages')],
  operations: placedOperations(
    { embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.zhipu)) },
    { readError: readZhipuError },
  ),
  defaultBaseUrl: 'https://api.z.ai/api/paas/v4',
  readError: readZhipuError,
  takes,
});
