import { readListedModels } from '../read-listed-models.js';
import type { EndpointRequest, ProviderDeclaration } from '../../provider-declaration.js';
import { isRecord } from '../../json.js';
import { openai } from '../openai/declaration.js';
import { isThinkingModel, openaiTargetModel } from '../openai/target-model.js';
import { rewriteForThinkingModel } from '../openai/rewrite-request.js';

/** The last version of the older interface that is no preview; source: learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle. */
const API_VERSION = 'api-version=2024-10-21';
const NEWER_INTERFACE = /\/openai\/v1$/;

/** The newer interface names the deployment in the body as the model, the older one in the address. */
const pathTo =
  (operation: string) =>
  ({ basePath, upstreamModel }: EndpointRequest): string =>
    NEWER_INTERFACE.test(basePath)
      ? `/${operation}`
      : `/openai/deployments/${encodeURIComponent(upstreamModel)}/${operation}?${API_VERSION}`;

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
      path: pathTo('chat/completions'),
      rewrite: (model) => (isThinkingModel(model) ? rewriteForThinkingModel(model) : null),
    },
    {
      dialect: 'openai-responses',
      path: ({ basePath }) => (NEWER_INTERFACE.test(basePath) ? '/responses' : '/openai/v1/responses'),
    },
    { dialect: 'openai-completions', path: pathTo('completions') },
  ],
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
