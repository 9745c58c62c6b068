import { CHAT_COMPLETIONS, chatVendor, COMPLETIONS } from './chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';
import { OPENAI_OPERATIONS } from './openai-operations.js';

/** Any server that speaks chat completions: LocalAI, TGI, hosted look-alikes, engines behind a proxy. */
export const openaiCompatible = chatVendor({
  id: 'openai-compatible',
  displayName: 'OpenAI-compatible server',
  documentationUrl: 'https://platform.openai.com/docs/api-reference/chat',
  environment: { baseUrl: ['OPENAI_COMPATIBLE_URL'], secret: ['OPENAI_COMPATIBLE_KEY'] },
  baseUrlTemplate: 'https://{host}/v1',
  endpoints: [CHAT_COMPLETIONS, COMPLETIONS],
  operations: {
    ...OPENAI_OPERATIONS,
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.compatible)),
    rerank: anyModel(rerankProvider(RERANK_VENDORS.compatible)),
  },
  authentication: 'optional-bearer',
});
