import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { noModels } from '../read-listed-models.js';

/** Embeddings and ranking only: no model of it answers in a conversation. Source: docs.voyageai.com/reference. */
export const voyage = chatVendor({
  id: 'voyage',
  displayName: 'Voyage AI',
  documentationUrl: 'https://docs.voyageai.com/reference/embeddings-api',
  credentialUrl: 'https://dashboard.voyageai.com/organization/api-keys',
  environment: { secret: ['VOYAGE_API_KEY'] },
  endpoints: [{ dialect: 'openai-chat', path: () => '/chat/completions', serves: () => false }],
  defaultBaseUrl: 'https://api.voyageai.com/v1',
  // the vendor has no list of models
  connectionTest: { method: 'POST', path: '/embeddings', body: {}, refusals: [400, 422], readModels: noModels },
});
