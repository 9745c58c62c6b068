import { chatVendor } from '../openai-compatible/chat-vendor.js';

/** NVIDIA's hosted models, and with another base URL a NIM container, which asks for no key. Source: docs.api.nvidia.com/nim/reference/llm-apis. */
export const nvidiaNim = chatVendor({
  id: 'nvidia-nim',
  displayName: 'NVIDIA NIM',
  documentationUrl: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
  credentialUrl: 'https://build.nvidia.com/settings/api-keys',
  environment: { secret: ['NVIDIA_API_KEY', 'NVIDIA_NIM_API_KEY'], baseUrl: ['NVIDIA_BASE_URL'] },
  authentication: 'optional-bearer',
  defaultBaseUrl: 'https://integrate.api.nvidia.com/v1',
  takes: () => ({ refuses: ['logit_bias', 'n', 'top_k'] }),
});
