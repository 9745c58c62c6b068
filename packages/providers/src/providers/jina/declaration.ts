import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { noModels } from '../read-listed-models.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';

/** Embeddings and ranking only: no model of it answers in a conversation. Source: api.jina.ai/docs. */
export const jina = chatVendor({
  id: 'jina',
  displayName: 'Jina AI',
  documentationUrl: 'https://jina.ai/embeddings/',
  credentialUrl: 'https://jina.ai/api-dashboard/key-manager',
  environment: { secret: ['JINA_API_KEY', 'JINA_AI_API_KEY'] },
  endpoints: [],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.jina)),
    rerank: anyModel(rerankProvider(RERANK_VENDORS.jina)),
  },
  defaultBaseUrl: 'https://api.jina.ai/v1',
  // the vendor has no list of models
  connectionTest: { method: 'POST', path: '/embeddings', body: {}, refusals: [400, 422], readModels: noModels },
});
