import { CHAT_COMPLETIONS, chatVendor, COMPLETIONS } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';
import { speechToText } from '../openai-compatible/openai-operations.js';
import { TRANSCRIPTION_VENDORS } from '../../operations/transcription/transcription-provider.js';

/** Source: docs.vllm.ai/en/latest/serving/openai_compatible_server. */
export const vllm = chatVendor({
  id: 'vllm',
  displayName: 'vLLM',
  documentationUrl: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server/',
  environment: { baseUrl: ['VLLM_BASE_URL'], secret: ['VLLM_API_KEY'] },
  // further dialects came with later versions, and which one runs is not known: those are translated into this one
  endpoints: [CHAT_COMPLETIONS, COMPLETIONS],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.vllm)),
    rerank: anyModel(rerankProvider(RERANK_VENDORS.vllm)),
    ...speechToText(TRANSCRIPTION_VENDORS.compatible),
  },
  authentication: 'optional-bearer',
  defaultBaseUrl: 'http://127.0.0.1:8000/v1',
});
