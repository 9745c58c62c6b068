import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { readListedModels } from '../read-listed-models.js';
import { googleTargetModel } from './target-model.js';
import { generatePath } from './generate-path.js';
import { GEMINI_OPERATIONS } from './operations.js';

const METHODS = new Set<unknown>(['generateContent', 'embedContent', 'predict']);

/** The list names models `models/…`. Source: ai.google.dev/api. */
const readModels = readListedModels({
  list: 'models',
  name: 'name',
  callable: ({ supportedGenerationMethods: methods }) =>
    !Array.isArray(methods) || methods.some((method) => METHODS.has(method)),
});

export const googleGemini = chatVendor({
  id: 'google-gemini',
  displayName: 'Google Gemini',
  documentationUrl: 'https://ai.google.dev/api/generate-content',
  credentialUrl: 'https://aistudio.google.com/apikey',
  environment: { secret: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], baseUrl: ['GOOGLE_GEMINI_BASE_URL'] },
  endpoints: [{ dialect: 'google-generate', path: generatePath }],
  operations: GEMINI_OPERATIONS,
  defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  authentication: 'x-goog-api-key',
  // every chunk of a stream holds what was used so far
  forcesUsage: false,
  connectionTest: {
    method: 'GET',
    path: '/models?pageSize=1000',
    readModels: (body) => readModels(body)?.map((name) => name.replace(/^models\//, '')) ?? null,
  },
  targetModel: googleTargetModel,
});
