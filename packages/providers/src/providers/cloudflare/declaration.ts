import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { readListedModels } from '../read-listed-models.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';

/** As the schemas of its models have no such fields; not proven by requests. */
const REFUSED = ['n', 'logit_bias', 'logprobs', 'top_logprobs', 'parallel_tool_calls', 'service_tier'];

/** The account stands in the address. Source: developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility. */
export const cloudflare = chatVendor({
  id: 'cloudflare',
  displayName: 'Cloudflare Workers AI',
  documentationUrl: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/',
  credentialUrl: 'https://dash.cloudflare.com/profile/api-tokens',
  environment: { secret: ['CLOUDFLARE_API_TOKEN'], baseUrlParts: { account: ['CLOUDFLARE_ACCOUNT_ID'] } },
  operations: { embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.cloudflare)) },
  baseUrlTemplate: 'https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1',
  connectionTest: {
    method: 'GET',
    path: '/models',
    address: (baseUrl) => `${baseUrl.replace(/\/v1$/, '')}/models/search?per_page=1000`,
    readModels: readListedModels({ list: 'result', name: 'name' }),
  },
  takes: () => ({ refuses: REFUSED }),
});
