import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';
import { unknownTargetModel } from '../unknown-target-model.js';

/** Base URLs of Ollama are given without a path, as `OLLAMA_HOST` is. */
export const ollama: ProviderDeclaration = {
  id: 'ollama',
  displayName: 'Ollama',
  dialect: 'openai-chat',
  defaultBaseUrl: 'http://127.0.0.1:11434',
  authentication: 'optional-bearer',
  headers: {},
  chatPath: '/v1/chat/completions',
  countTokensPath: null,
  forcesUsage: true,
  billsAfterDisconnect: () => 'stops',
  searchesPerRequest: () => 0,
  simulated: false,
  connectionTest: { method: 'GET', path: '/v1/models', readModels: readModelList },
  outputCapField: () => 'max_tokens',
  targetModel: (_model, maxOutputTokens) => unknownTargetModel(maxOutputTokens, ['top_k']),
  readError: readErrorResponse,
};
