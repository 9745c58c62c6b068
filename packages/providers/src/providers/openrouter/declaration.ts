import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import { CHAT_COMPLETIONS, chatVendor, MESSAGES, RESPONSES } from '../openai-compatible/chat-vendor.js';

/**
 * An aggregator: what a model refuses, it leaves out. Words of effort are taken for every model that thinks. The list of all
 * models needs no key, so the test asks for those that the key may use. Source: openrouter.ai/docs/api-reference.
 */
export const openrouter = chatVendor({
  id: 'openrouter',
  displayName: 'OpenRouter',
  documentationUrl: 'https://openrouter.ai/docs/api-reference/overview',
  credentialUrl: 'https://openrouter.ai/settings/keys',
  environment: { secret: ['OPENROUTER_API_KEY'], baseUrl: ['OPENROUTER_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES, MESSAGES],
  defaultBaseUrl: 'https://openrouter.ai/api/v1',
  connectionTest: { method: 'GET', path: '/models/user', readModels: readModelList },
  takes: () => ({
    thinking: 'effort',
    leastThinking: 'nothing',
    efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
    prefill: true,
  }),
});
