import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';

/** Models that think refuse `max_tokens`, because thoughts count too. Tuned models are named after their base. */
const THINKING_MODEL = /^(?:ft:)?(?:o\d|gpt-(?:[5-9]|\d\d)|codex|computer-use)/;

/**
 * These search before every answer and bill each search; other models do not search in chat completions. Source:
 * platform.openai.com/docs/guides/tools-web-search, "Chat Completions".
 */
const SEARCHING_MODEL = /-search-(?:preview|api)(?:-\d{4}-\d{2}-\d{2})?$/;

export const openai: ProviderDeclaration = {
  id: 'openai',
  displayName: 'OpenAI',
  dialect: 'openai-chat',
  defaultBaseUrl: 'https://api.openai.com/v1',
  authentication: 'bearer',
  chatPath: '/chat/completions',
  forcesUsage: true,
  // thoughts were generated before the first visible token, and only the end of the stream tells how many
  billsAfterDisconnect: (model) => (THINKING_MODEL.test(model) ? 'continues' : 'stops'),
  searchesPerRequest: (model) => (SEARCHING_MODEL.test(model) ? 1 : 0),
  simulated: false,
  connectionTest: { method: 'GET', path: '/models', readModels: readModelList },
  outputCapField: (model) => (THINKING_MODEL.test(model) ? 'max_completion_tokens' : 'max_tokens'),
  readError: readErrorResponse,
};
