import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { readListedModels } from '../read-listed-models.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';
import { IMAGES_VENDORS, imagesOfVendor } from '../../operations/images/images-vendors.js';

const CALLABLE = new Set(['chat', 'language', 'code', 'embedding', 'rerank', 'image', 'audio', 'moderation']);

/** Source: docs.together.ai/reference/chat-completions-1; `GET /models` answers with a bare array that says each model's type. */
export const together = chatVendor({
  id: 'together',
  displayName: 'Together AI',
  documentationUrl: 'https://docs.together.ai/reference/chat-completions-1',
  credentialUrl: 'https://api.together.ai/settings/api-keys',
  environment: { secret: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY'], baseUrl: ['TOGETHER_BASE_URL'] },
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.together)),
    rerank: anyModel(rerankProvider(RERANK_VENDORS.together)),
    images: anyModel(imagesOfVendor(IMAGES_VENDORS.together)),
  },
  defaultBaseUrl: 'https://api.together.xyz/v1',
  connectionTest: {
    method: 'GET',
    path: '/models',
    readModels: readListedModels({
      list: 'data',
      name: 'id',
      callable: ({ type }) => typeof type !== 'string' || CALLABLE.has(type),
    }),
  },
});
