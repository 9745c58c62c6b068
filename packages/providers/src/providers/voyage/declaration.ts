import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { noModels } from '../read-listed-models.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';

/** Embeddings and ranking only: no model of it answers in a conversation. Source: docs.voyageai.com/reference. */
export const voyage = chatVendor({
  id: 'voyage',
  displayName: 'Voyage AI',
  documentationUrl: 'https://docs.voyageai.com/reference/embeddings-api',
  credentialUrl: 'https://dashboard.voyageai.com/organization/api-keys',
  environment: { secret: ['VOYAGE_API_KEY'] },
  endpoints: [],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.voyage)),
    rerank: anyModel(rerankProvider(RERANK_VENDORS.voyage)),
  },
  defaultBaseUrl: 'https://api.voyageai.com/v1',
  // the vendor has no list of models
  connectionTest: { method: 'POST', path: '/embeddings', body: {}, refusals: [400, 422], readModels: noModels },
});
