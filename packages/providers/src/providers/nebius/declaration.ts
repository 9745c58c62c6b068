import { chatVendor, CHAT_COMPLETIONS, COMPLETIONS } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { IMAGES_VENDORS, imagesOfVendor } from '../../operations/images/images-vendors.js';

/** Source: docs.tokenfactory.nebius.com/api-reference. */
export const nebius = chatVendor({
  id: 'nebius',
  displayName: 'Nebius Token Factory',
  documentationUrl: 'https://docs.tokenfactory.nebius.com/api-reference/introduction',
  credentialUrl: 'https://tokenfactory.nebius.com',
  environment: { secret: ['NEBIUS_API_KEY'], baseUrl: ['NEBIUS_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, COMPLETIONS],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.nebius)),
    images: anyModel(imagesOfVendor(IMAGES_VENDORS.nebius)),
  },
  defaultBaseUrl: 'https://api.tokenfactory.nebius.com/v1',
});
