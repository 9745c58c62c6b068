import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';
import { servesFeature } from '../serves-feature.js';
import { servesResponses } from './serves-responses.js';
import { rewriteForFirstThinkers } from './rewrite-request.js';
import { isThinkingModel, openaiTargetModel } from './target-model.js';
import { OPENAI_OPERATIONS } from '../openai-compatible/openai-operations.js';

/**
 * These search before every answer and bill each search; other models do not search in chat completions. Source:
 * platform.openai.com/docs/guides/tools-web-search, "Chat Completions".
 */
const SEARCHING_MODEL = /-search-(?:preview|api)(?:-\d{4}-\d{2}-\d{2})?$/;

/** Of Anthropic's clients, who say where inference shall take place. OpenAI is not told: it is as if no tier were named. */
const PLACE = /(?:^|-)us$/;

/**
 * Who names no tier, or `auto`, is served as the settings of the provider's project say, which may be any tier. What
 * finds no room at a tier may be served as ordinary; flex refuses then, but may be left for it by a client that asks
 * again.
 */
function openaiServableTiers(asked: string | null): readonly [string, ...string[]] | null {
  if (asked === null || asked === 'auto' || PLACE.test(asked)) return null;
  // the second is what Anthropic's clients say
  return asked === 'default' || asked === 'standard_only' ? ['default'] : [asked, 'default'];
}

export const openai: ProviderDeclaration = {
  id: 'openai',
  displayName: 'OpenAI',
  documentationUrl: 'https://platform.openai.com/docs/api-reference',
  credentialUrl: 'https://platform.openai.com/api-keys',
  environment: { secret: ['OPENAI_API_KEY'], baseUrl: ['OPENAI_BASE_URL'] },
  endpoints: [
    {
      dialect: 'openai-chat',
      path: () => '/chat/completions',
      serves: servesFeature('chat'),
      rewrite: rewriteForFirstThinkers,
    },
    { dialect: 'openai-responses', path: () => '/responses', serves: servesResponses, everywhere: true },
    {
      dialect: 'openai-completions',
      path: () => '/completions',
      serves: servesFeature('completions'),
      everywhere: true,
    },
  ],
  operations: OPENAI_OPERATIONS,
  defaultBaseUrl: 'https://api.openai.com/v1',
  authentication: 'bearer',
  headers: {},
  forcesUsage: true,
  // thoughts were generated before the first visible token, and only the end of the stream tells how many
  billsAfterDisconnect: (model) => (isThinkingModel(model) ? 'continues' : 'stops'),
  searchesPerRequest: (model) => (SEARCHING_MODEL.test(model) ? 1 : 0),
  servableTiers: openaiServableTiers,
  simulated: false,
  connectionTest: { method: 'GET', path: '/models', readModels: readModelList },
  targetModel: openaiTargetModel,
};
