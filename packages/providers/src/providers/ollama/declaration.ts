import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { placedOperations } from '../../operations/placed-operations.js';

/**
 * Base URLs of Ollama are given without a path, as `OLLAMA_HOST` is. Source: docs.ollama.com/api/openai-compatibility and
 * docs.ollama.com/api/anthropic-compatibility.
 */
export const ollama = chatVendor({
  id: 'ollama',
  displayName: 'Ollama',
  documentationUrl: 'https://docs.ollama.com/api/openai-compatibility',
  environment: { baseUrl: ['OLLAMA_HOST'], secret: ['OLLAMA_API_KEY'], hostPort: 11_434 },
  // further dialects came with later versions, and which one runs is not known: those are translated into this one
  endpoints: [
    { dialect: 'openai-chat', path: () => '/v1/chat/completions' },
    { dialect: 'openai-completions', path: () => '/v1/completions', everywhere: true },
  ],
  operations: placedOperations(
    { embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.ollama)) },
    { path: (path) => `/v1${path}` },
  ),
  authentication: 'optional-bearer',
  defaultBaseUrl: 'http://127.0.0.1:11434',
  connectionTest: { method: 'GET', path: '/v1/models', readModels: readModelList },
  takes: () => ({ refuses: ['top_k'] }),
});
