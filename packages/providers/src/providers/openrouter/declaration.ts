import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import { CHAT_COMPLETIONS, chatVendor, MESSAGES, RESPONSES } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';

/**
 * An aggregator: what a model refuses, it leaves out. Words of effort are taken for every model that thinks. The list of all
 * models needs no key, so the test asks for those that the key may use. Source: openrouter.ai/docs/api-reference.
 */
export const openrouter = chatVendor({
  id: 'openrouter',
  displayName: 'OpenRouter',
  documentationUrl: 'https://openrouter.ai/docs/api-reference/overview',
  credentialUrl: 'https://openrouter.ai/settings/keys',
  environment: { secret: ['OPENROUTER_API_KEY'], baseUrl: ['OPENROUTER_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES, MESSAGES],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.openrouter)),
    rerank: anyModel(rerankProvider(RERANK_VENDORS.compatible)),
  },
  defaultBaseUrl: 'https://openrouter.ai/api/v1',
  connectionTest: { method: 'GET', path: '/models/user', readModels: readModelList },
  takes: () => ({
    thinking: 'effort',
    leastThinking: 'nothing',
    efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
    prefill: true,
  }),
});
