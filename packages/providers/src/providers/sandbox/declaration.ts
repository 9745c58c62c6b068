import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';
import { unknownTargetModel } from '../unknown-target-model.js';

/** The simulated provider inside the product; its base URL is wherever the gateway lets it listen. */
export const sandbox: ProviderDeclaration = {
  id: 'sandbox',
  displayName: 'Sandbox (simulated)',
  documentationUrl: 'https://platform.openai.com/docs/api-reference/chat',
  endpoints: [{ dialect: 'openai-chat', path: () => '/v1/chat/completions' }],
  defaultBaseUrl: null,
  authentication: 'none',
  headers: {},
  forcesUsage: true,
  billsAfterDisconnect: () => 'stops',
  searchesPerRequest: () => 0,
  simulated: true,
  connectionTest: { method: 'GET', path: '/v1/models', readModels: readModelList },
  targetModel: (_model, maxOutputTokens) => ({
    ...unknownTargetModel(maxOutputTokens, ['top_k']),
  }),
};
