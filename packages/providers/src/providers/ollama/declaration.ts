import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';
import { unknownTargetModel } from '../unknown-target-model.js';

/** Base URLs of Ollama are given without a path, as `OLLAMA_HOST` is. */
export const ollama: ProviderDeclaration = {
  id: 'ollama',
  displayName: 'Ollama',
  endpoints: [{ dialect: 'openai-chat', path: () => '/v1/chat/completions' }],
  defaultBaseUrl: 'http://127.0.0.1:11434',
  authentication: 'optional-bearer',
  headers: {},
  forcesUsage: true,
  billsAfterDisconnect: () => 'stops',
  searchesPerRequest: () => 0,
  simulated: false,
  connectionTest: { method: 'GET', path: '/v1/models', readModels: readModelList },
  targetModel: (_model, maxOutputTokens) => unknownTargetModel(maxOutputTokens, ['top_k']),
};
