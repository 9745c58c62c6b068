import { chatVendor, CHAT_COMPLETIONS, COMPLETIONS } from '../openai-compatible/chat-vendor.js';

/** Source: docs.tokenfactory.nebius.com/api-reference. */
export const nebius = chatVendor({
  id: 'nebius',
  displayName: 'Nebius Token Factory',
  documentationUrl: 'https://docs.tokenfactory.nebius.com/api-reference/introduction',
  credentialUrl: 'https://tokenfactory.nebius.com',
  environment: { secret: ['NEBIUS_API_KEY'], baseUrl: ['NEBIUS_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, COMPLETIONS],
  defaultBaseUrl: 'https://api.tokenfactory.nebius.com/v1',
});
