import { CHAT_COMPLETIONS, chatVendor, COMPLETIONS, MESSAGES, RESPONSES } from '../openai-compatible/chat-vendor.js';

/** Models are named `accounts/fireworks/models/…`. Source: docs.fireworks.ai/api-reference, docs.fireworks.ai/tools-sdks/anthropic-compatibility. */
export const fireworks = chatVendor({
  id: 'fireworks',
  displayName: 'Fireworks AI',
  documentationUrl: 'https://docs.fireworks.ai/api-reference/introduction',
  credentialUrl: 'https://app.fireworks.ai/settings/users/api-keys',
  environment: { secret: ['FIREWORKS_API_KEY'], baseUrl: ['FIREWORKS_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES, MESSAGES, COMPLETIONS],
  defaultBaseUrl: 'https://api.fireworks.ai/inference/v1',
});
