import { chatVendor } from './chat-vendor.js';

/** Any server that speaks chat completions: LocalAI, TGI, hosted look-alikes, engines behind a proxy. */
export const openaiCompatible = chatVendor({
  id: 'openai-compatible',
  displayName: 'OpenAI-compatible server',
  documentationUrl: 'https://platform.openai.com/docs/api-reference/chat',
  environment: { baseUrl: ['OPENAI_COMPATIBLE_URL'], secret: ['OPENAI_COMPATIBLE_KEY'] },
  baseUrlTemplate: 'https://{host}/v1',
  authentication: 'optional-bearer',
});
