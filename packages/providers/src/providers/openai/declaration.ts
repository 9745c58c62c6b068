import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';

/** Models that think refuse `max_tokens`, because thoughts count too. Tuned models are named after their base. */
const THINKING_MODEL = /^(?:ft:)?(?:o\d|gpt-(?:[5-9]|\d\d)|codex|computer-use)/;

export const openai: ProviderDeclaration = {
  id: 'openai',
  displayName: 'OpenAI',
  dialect: 'openai-chat',
  defaultBaseUrl: 'https://api.openai.com/v1',
  authentication: 'bearer',
  chatPath: '/chat/completions',
  forcesUsage: true,
  billsAfterDisconnect: 'stops',
  simulated: false,
  connectionTest: { method: 'GET', path: '/models', readModels: readModelList },
  outputCapField: (model) => (THINKING_MODEL.test(model) ? 'max_completion_tokens' : 'max_tokens'),
  readError: readErrorResponse,
};
