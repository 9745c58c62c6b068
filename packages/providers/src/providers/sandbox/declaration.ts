import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';
import { unknownTargetModel } from '../unknown-target-model.js';

/** The simulated provider inside the product; its base URL is wherever the gateway lets it listen. */
export const sandbox: ProviderDeclaration = {
  id: 'sandbox',
  displayName: 'Sandbox (simulated)',
  dialect: 'openai-chat',
  defaultBaseUrl: null,
  authentication: 'none',
  headers: {},
  chatPath: '/v1/chat/completions',
  countTokensPath: null,
  forcesUsage: true,
  billsAfterDisconnect: () => 'stops',
  searchesPerRequest: () => 0,
  simulated: true,
  connectionTest: { method: 'GET', path: '/v1/models', readModels: readModelList },
  outputCapField: () => 'max_completion_tokens',
  targetModel: (_model, maxOutputTokens) => ({
    ...unknownTargetModel(maxOutputTokens, ['top_k']),
    outputCapField: 'max_completion_tokens',
  }),
  readError: readErrorResponse,
};
