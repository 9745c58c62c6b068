import { CHAT_COMPLETIONS, chatVendor, COMPLETIONS, MESSAGES, RESPONSES } from '../openai-compatible/chat-vendor.js';

/** Source: docs.vllm.ai/en/latest/serving/openai_compatible_server. */
export const vllm = chatVendor({
  id: 'vllm',
  displayName: 'vLLM',
  documentationUrl: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server/',
  environment: { baseUrl: ['VLLM_BASE_URL'], secret: ['VLLM_API_KEY'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES, MESSAGES, COMPLETIONS],
  authentication: 'optional-bearer',
  defaultBaseUrl: 'http://127.0.0.1:8000/v1',
});
