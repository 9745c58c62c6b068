import { chatVendor, CHAT_COMPLETIONS, COMPLETIONS, messagesBeside } from '../openai-compatible/chat-vendor.js';

/** Source: docs.deepinfra.com/chat/overview; usage brings `estimated_cost`, which is not billed by us. */
export const deepinfra = chatVendor({
  id: 'deepinfra',
  displayName: 'DeepInfra',
  documentationUrl: 'https://deepinfra.com/docs/openai_api',
  credentialUrl: 'https://deepinfra.com/dash/api_keys',
  environment: { secret: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'], baseUrl: ['DEEPINFRA_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, COMPLETIONS, messagesBeside(/\/v1\/openai$/, '/anthropic/v1/messages')],
  defaultBaseUrl: 'https://api.deepinfra.com/v1/openai',
  takes: () => ({ refuses: ['logit_bias'] }),
});
