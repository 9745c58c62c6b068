import { CHAT_COMPLETIONS, chatVendor, RESPONSES } from '../openai-compatible/chat-vendor.js';

/** A router before other vendors: `model:vendor` chooses one. Source: huggingface.co/docs/inference-providers, and …/guides/responses-api. */
export const huggingface = chatVendor({
  id: 'huggingface',
  displayName: 'Hugging Face',
  documentationUrl: 'https://huggingface.co/docs/inference-providers/tasks/chat-completion',
  credentialUrl: 'https://huggingface.co/settings/tokens',
  environment: { secret: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES],
  defaultBaseUrl: 'https://router.huggingface.co/v1',
});
