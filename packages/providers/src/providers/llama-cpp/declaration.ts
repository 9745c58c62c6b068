import { CHAT_COMPLETIONS, chatVendor, COMPLETIONS } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';

/** Serves what it was started with, whatever model is named. Source: github.com/ggml-org/llama.cpp, tools/server/README.md. */
export const llamaCpp = chatVendor({
  id: 'llama-cpp',
  displayName: 'llama.cpp',
  documentationUrl: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  environment: { baseUrl: ['LLAMA_CPP_BASE_URL'], secret: ['LLAMA_CPP_API_KEY'] },
  // further dialects came with later versions, and which one runs is not known: those are translated into this one
  endpoints: [CHAT_COMPLETIONS, COMPLETIONS],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS['llama.cpp'])),
    rerank: anyModel(rerankProvider(RERANK_VENDORS.compatible)),
  },
  authentication: 'optional-bearer',
  defaultBaseUrl: 'http://127.0.0.1:8080/v1',
});
