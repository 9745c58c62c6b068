import { CHAT_COMPLETIONS, chatVendor, COMPLETIONS, MESSAGES, RESPONSES } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';

/** Models are named `accounts/fireworks/models/…`. Source: docs.fireworks.ai/api-reference, docs.fireworks.ai/tools-sdks/anthropic-compatibility. */
export const fireworks = chatVendor({
  id: 'fireworks',
  displayName: 'Fireworks AI',
  documentationUrl: 'https://docs.fireworks.ai/api-reference/introduction',
  credentialUrl: 'https://app.fireworks.ai/settings/users/api-keys',
  environment: { secret: ['FIREWORKS_API_KEY'], baseUrl: ['FIREWORKS_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES, MESSAGES, COMPLETIONS],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.fireworks)),
    rerank: anyModel(rerankProvider(RERANK_VENDORS.fireworks)),
  },
  defaultBaseUrl: 'https://api.fireworks.ai/inference/v1',
});
