import { anthropicTargetModel } from '../anthropic/target-model.js';
import { generatePath } from '../google-gemini/generate-path.js';
import { googleTargetModel } from '../google-gemini/target-model.js';
import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { readListedModels } from '../read-listed-models.js';
import { unknownTargetModel } from '../unknown-target-model.js';
import { rewriteForClaude } from './rewrite-for-claude.js';
import { VERTEX_OPERATIONS } from './operations.js';

const isClaude = (name: string): boolean => name.startsWith('claude-');
/** `meta/llama-…`, `deepseek-ai/…`: models of others that Google runs. */
const isOfOthers = (name: string): boolean => name.includes('/');

const readModels = readListedModels({ list: 'publisherModels', name: 'name' });

/** Google's models, Claude, and those of others, below one project and location. Source: docs.cloud.google.com/vertex-ai/generative-ai. */
export const googleVertex = chatVendor({
  id: 'google-vertex',
  displayName: 'Google Vertex AI',
  documentationUrl: 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference',
  credentialUrl: 'https://console.cloud.google.com/iam-admin/serviceaccounts',
  environment: {
    secretFile: ['GOOGLE_APPLICATION_CREDENTIALS'],
    baseUrlParts: {
      project: ['GOOGLE_CLOUD_PROJECT', 'GOOGLE_VERTEX_PROJECT'],
      region: ['GOOGLE_CLOUD_LOCATION', 'GOOGLE_VERTEX_LOCATION'],
    },
    // the global location has no prefix
    baseUrlOf: ({ project, region }) =>
      `https://${region === 'global' ? '' : `${region ?? ''}-`}aiplatform.googleapis.com/v1/projects/${project ?? ''}/locations/${region ?? ''}`,
  },
  endpoints: [
    {
      dialect: 'google-generate',
      path: (request) => `/publishers/google${generatePath(request)}`,
      serves: ({ name }) => !isClaude(name) && !isOfOthers(name),
    },
    {
      dialect: 'anthropic-messages',
      path: ({ upstreamModel, stream }) =>
        `/publishers/anthropic/models/${encodeURIComponent(upstreamModel)}:${stream ? 'streamRawPredict' : 'rawPredict'}`,
      serves: ({ name }) => isClaude(name),
      rewrite: () => rewriteForClaude,
    },
    {
      dialect: 'openai-chat',
      path: () => '/endpoints/openapi/chat/completions',
      serves: ({ name }) => isOfOthers(name),
    },
  ],
  operations: VERTEX_OPERATIONS,
  baseUrlTemplate: 'https://{region}-aiplatform.googleapis.com/v1/projects/{project}/locations/{region}',
  regions: ['us-central1', 'us-east5', 'europe-west1', 'europe-west4', 'asia-southeast1', 'asia-northeast1'],
  authentication: 'google-cloud',
  connectionTest: {
    method: 'GET',
    path: '/publishers/google/models',
    // a list of the whole host, in the beta version only
    address: (baseUrl) => `${new URL(baseUrl).origin}/v1beta1/publishers/google/models?pageSize=1000`,
    readModels: (body) => readModels(body)?.map((name) => name.replace(/^publishers\/google\/models\//, '')) ?? null,
  },
  targetModel: (model, maxOutputTokens) => {
    if (isClaude(model)) return anthropicTargetModel(model, maxOutputTokens);
    return isOfOthers(model) ? unknownTargetModel(maxOutputTokens, []) : googleTargetModel(model, maxOutputTokens);
  },
});
