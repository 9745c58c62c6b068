import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { noModels } from '../read-listed-models.js';

/** Its models search and call no tools of others; source: docs.perplexity.ai/api-reference/chat-completions-post. */
const REFUSED = [
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'seed',
  'n',
  'logit_bias',
  'logprobs',
  'stop',
  'response_format.json_object',
];

/**
 * Each answer costs a fee per request, by how much context its search may find; the catalogue has the dearest. Deep research
 * bills its searches instead, and reports them. Source: docs.perplexity.ai/docs/getting-started/pricing.
 */
export const perplexity = chatVendor({
  id: 'perplexity',
  displayName: 'Perplexity',
  documentationUrl: 'https://docs.perplexity.ai/api-reference/chat-completions-post',
  credentialUrl: 'https://www.perplexity.ai/settings/api',
  environment: { secret: ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'] },
  defaultBaseUrl: 'https://api.perplexity.ai',
  // the vendor has no list of models
  connectionTest: { method: 'POST', path: '/chat/completions', body: {}, refusals: [400, 422], readModels: noModels },
  takes: () => ({ refuses: REFUSED }),
});
