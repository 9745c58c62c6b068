import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { noModels } from '../read-listed-models.js';

/** Embeddings and ranking only: no model of it answers in a conversation. Source: api.jina.ai/docs. */
export const jina = chatVendor({
  id: 'jina',
  displayName: 'Jina AI',
  documentationUrl: 'https://jina.ai/embeddings/',
  credentialUrl: 'https://jina.ai/api-dashboard/key-manager',
  environment: { secret: ['JINA_API_KEY', 'JINA_AI_API_KEY'] },
  endpoints: [{ dialect: 'openai-chat', path: () => '/chat/completions', serves: () => false }],
  defaultBaseUrl: 'https://api.jina.ai/v1',
  // the vendor has no list of models
  connectionTest: { method: 'POST', path: '/embeddings', body: {}, refusals: [400, 422], readModels: noModels },
});
