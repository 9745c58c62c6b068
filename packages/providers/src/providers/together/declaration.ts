import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { readListedModels } from '../read-listed-models.js';

const CALLABLE = new Set(['chat', 'language', 'code', 'embedding', 'rerank', 'image', 'audio', 'moderation']);

/** Source: docs.together.ai/reference/chat-completions-1; `GET /models` answers with a bare array that says each model's type. */
export const together = chatVendor({
  id: 'together',
  displayName: 'Together AI',
  documentationUrl: 'https://docs.together.ai/reference/chat-completions-1',
  credentialUrl: 'https://api.together.ai/settings/api-keys',
  environment: { secret: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY'], baseUrl: ['TOGETHER_BASE_URL'] },
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
