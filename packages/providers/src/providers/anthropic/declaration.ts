import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';
import { anthropicTargetModel } from './target-model.js';

/**
 * Who asks for nothing may be kept in the United States by the settings of the workspace. Capacity that was bought ahead
 * has no price for a token, which a hold could cover.
 */
function servableTiers(asked: string | null): readonly [string, ...string[]] {
  if (asked === 'fast') return ['fast', 'fast-us', 'standard', 'us'];
  if (asked === 'fast-us') return ['fast-us', 'us'];
  return asked === 'us' ? ['us'] : ['standard', 'us'];
}

/** Base URLs are given without a path, as `ANTHROPIC_BASE_URL` is to Anthropic's own SDKs. */
export const anthropic: ProviderDeclaration = {
  id: 'anthropic',
  displayName: 'Anthropic',
  documentationUrl: 'https://platform.claude.com/docs/en/api/messages',
  credentialUrl: 'https://platform.claude.com/settings/keys',
  environment: { secret: ['ANTHROPIC_API_KEY'], baseUrl: ['ANTHROPIC_BASE_URL'] },
  endpoints: [{ dialect: 'anthropic-messages', path: () => '/v1/messages' }],
  defaultBaseUrl: 'https://api.anthropic.com',
  authentication: 'x-api-key',
  headers: { 'anthropic-version': '2023-06-01' },
  countTokensPath: () => '/v1/messages/count_tokens',
  // every answer and every stream reports its usage unasked
  forcesUsage: false,
  // models that think unasked did so before anything was sent, and only the end of the stream tells how much
  billsAfterDisconnect: (model) =>
    anthropicTargetModel(model, null).leastThinking === 'nothing' ? 'stops' : 'continues',
  // searches are reported, and only where the request brings the tool
  searchesPerRequest: () => 0,
  servableTiers,
  simulated: false,
  connectionTest: { method: 'GET', path: '/v1/models?limit=1000', readModels: readModelList },
  targetModel: anthropicTargetModel,
};
