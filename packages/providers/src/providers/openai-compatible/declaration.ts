import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';
import { unknownTargetModel } from '../unknown-target-model.js';

/** Any server that speaks chat completions: vLLM, llama.cpp, LM Studio, LocalAI, hosted look-alikes. */
export const openaiCompatible: ProviderDeclaration = {
  id: 'openai-compatible',
  displayName: 'OpenAI-compatible server',
  endpoints: [{ dialect: 'openai-chat', path: () => '/chat/completions' }],
  defaultBaseUrl: null,
  authentication: 'optional-bearer',
  headers: {},
  forcesUsage: true,
  billsAfterDisconnect: () => 'stops',
  searchesPerRequest: () => 0,
  simulated: false,
  connectionTest: { method: 'GET', path: '/models', readModels: readModelList },
  targetModel: (_model, maxOutputTokens) => unknownTargetModel(maxOutputTokens, []),
};
