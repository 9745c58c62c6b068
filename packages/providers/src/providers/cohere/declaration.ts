import { cohereEmbed, RERANK_VENDORS, rerankProvider } from '../../operations/registry.js';
import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { readListedModels } from '../read-listed-models.js';
import { cohereTargetModel } from './target-model.js';

const RERANK = rerankProvider(RERANK_VENDORS.cohere);

/** Base URLs are given without a version, as `CO_API_URL` is to Cohere's own SDKs. Source: docs.cohere.com/reference. */
export const cohere = chatVendor({
  id: 'cohere',
  displayName: 'Cohere',
  documentationUrl: 'https://docs.cohere.com/reference/chat',
  credentialUrl: 'https://dashboard.cohere.com/api-keys',
  environment: { secret: ['COHERE_API_KEY', 'CO_API_KEY'], baseUrl: ['CO_API_URL'] },
  endpoints: [{ dialect: 'cohere-chat', path: () => '/v2/chat' }],
  operations: { embeddings: () => cohereEmbed, rerank: () => RERANK },
  defaultBaseUrl: 'https://api.cohere.com',
  // the last event of every stream holds it
  forcesUsage: false,
  connectionTest: {
    method: 'GET',
    path: '/v1/models?page_size=1000',
    readModels: readListedModels({
      list: 'models',
      name: 'name',
      callable: ({ is_deprecated, endpoints }) =>
        is_deprecated !== true && (!Array.isArray(endpoints) || endpoints.length > 0),
    }),
  },
  targetModel: cohereTargetModel,
});
