import { CHAT_COMPLETIONS, chatVendor, COMPLETIONS } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';

/** Source: lmstudio.ai/docs/developer/openai-compat and …/anthropic-compat. */
export const lmStudio = chatVendor({
  id: 'lm-studio',
  displayName: 'LM Studio',
  documentationUrl: 'https://lmstudio.ai/docs/developer/openai-compat',
  environment: { baseUrl: ['LM_STUDIO_BASE_URL'], secret: ['LM_STUDIO_API_KEY', 'LM_API_TOKEN'] },
  // further dialects came with later versions, and which one runs is not known: those are translated into this one
  endpoints: [CHAT_COMPLETIONS, COMPLETIONS],
  operations: { embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS['lm-studio'])) },
  authentication: 'optional-bearer',
  defaultBaseUrl: 'http://127.0.0.1:1234/v1',
});
