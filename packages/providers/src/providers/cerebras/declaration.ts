import { chatVendor } from '../openai-compatible/chat-vendor.js';

/** Source: inference-docs.cerebras.ai/resources/openai, "Differences to OpenAI": answered with a 400. */
const REFUSED = ['frequency_penalty', 'presence_penalty', 'logit_bias', 'n', 'top_k'];

export const cerebras = chatVendor({
  id: 'cerebras',
  displayName: 'Cerebras',
  documentationUrl: 'https://inference-docs.cerebras.ai/api-reference/chat-completions',
  credentialUrl: 'https://cloud.cerebras.ai',
  environment: { secret: ['CEREBRAS_API_KEY'], baseUrl: ['CEREBRAS_BASE_URL'] },
  defaultBaseUrl: 'https://api.cerebras.ai/v1',
  takes: (model) => ({
    outputCapField: 'max_completion_tokens',
    refuses: REFUSED,
    ...(model.includes('gpt-oss') && { thinking: 'effort' as const }),
  }),
});
