import { readListedModels } from '../read-listed-models.js';
import type { EndpointRequest, ProviderDeclaration } from '../../provider-declaration.js';
import { isRecord } from '../../json.js';
import { placedOperations } from '../../operations/placed-operations.js';
import { OPENAI_MODELS } from '../openai-compatible/openai-operations.js';
import { openai } from '../openai/declaration.js';
import { openaiTargetModel } from '../openai/target-model.js';
import { API_VERSION, azurePath, NEWER_INTERFACE } from './azure-path.js';
import { rewriteForFirstThinkers } from '../openai/rewrite-request.js';

const at =
  (path: string) =>
  ({ basePath, upstreamModel }: EndpointRequest): string =>
    azurePath(path, { basePath, deployment: upstreamModel });

/** The same models as OpenAI's, named as their deployments are. The base URL is a resource's, or it ends in `/openai/v1`. */
export const azureOpenai: ProviderDeclaration = {
  ...openai,
  id: 'azure-openai',
  displayName: 'Azure OpenAI',
  documentationUrl: 'https://learn.microsoft.com/azure/ai-foundry/openai/reference',
  credentialUrl: 'https://ai.azure.com',
  environment: { secret: ['AZURE_OPENAI_API_KEY'], baseUrl: ['AZURE_OPENAI_BASE_URL', 'AZURE_OPENAI_ENDPOINT'] },
  endpoints: [
    {
      dialect: 'openai-chat',
      path: at('/chat/completions'),
      rewrite: rewriteForFirstThinkers,
    },
    {
      dialect: 'openai-responses',
      path: ({ basePath }) => (NEWER_INTERFACE.test(basePath) ? '/responses' : '/openai/v1/responses'),
    },
    { dialect: 'openai-completions', path: at('/completions') },
  ],
  operations: placedOperations(OPENAI_MODELS, {
    path: (path, { basePath, model }) =>
      azurePath(path, { deployment: model, ...(basePath !== undefined && { basePath }) }),
  }),
  defaultBaseUrl: null,
  baseUrlTemplate: 'https://{resource}.openai.azure.com',
  authentication: 'azure',
  connectionTest: {
    method: 'GET',
    path: '/models',
    address: (baseUrl) =>
      NEWER_INTERFACE.test(baseUrl) ? `${baseUrl}/models` : `${baseUrl}/openai/models?${API_VERSION}`,
    // what can be deployed, since a key of the resource cannot list what is
    readModels: readListedModels({
      list: 'data',
      name: 'id',
      callable: ({ capabilities }) => !isRecord(capabilities) || capabilities['inference'] !== false,
    }),
  },
  targetModel: openaiTargetModel,
};
