import { chatVendor } from '../openai-compatible/chat-vendor.js';

/** Source: docs.sambanova.ai/docs/en/features/openai-compatibility, "Features not yet supported". */
const REFUSED = ['logprobs', 'top_logprobs', 'n', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'seed'];

export const sambanova = chatVendor({
  id: 'sambanova',
  displayName: 'SambaNova',
  documentationUrl: 'https://docs.sambanova.ai/docs/en/features/openai-compatibility',
  credentialUrl: 'https://cloud.sambanova.ai/apis',
  environment: { secret: ['SAMBANOVA_API_KEY'], baseUrl: ['SAMBANOVA_BASE_URL'] },
  defaultBaseUrl: 'https://api.sambanova.ai/v1',
  takes: () => ({ refuses: REFUSED }),
});
