import { CHAT_COMPLETIONS, chatVendor, MESSAGES } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { speechToText } from '../openai-compatible/openai-operations.js';
import { TRANSCRIPTION_VENDORS } from '../../operations/transcription/transcription-provider.js';

/** Ignored rather than refused, as its pages and other clients of it have it (docs.sambanova.ai/docs/en/features). */
const REFUSED = ['logprobs', 'top_logprobs', 'n', 'presence_penalty', 'frequency_penalty', 'logit_bias'];

/** Its `/responses` serve a few of the models only; Anthropic's dialect serves all. Source: docs.sambanova.ai/docs/en/features/messages. */
export const sambanova = chatVendor({
  id: 'sambanova',
  displayName: 'SambaNova',
  documentationUrl: 'https://docs.sambanova.ai/docs/en/features/openai-compatibility',
  credentialUrl: 'https://cloud.sambanova.ai/apis',
  environment: { secret: ['SAMBANOVA_API_KEY'], baseUrl: ['SAMBANOVA_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, MESSAGES],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.sambanova)),
    ...speechToText(TRANSCRIPTION_VENDORS.compatible),
  },
  defaultBaseUrl: 'https://api.sambanova.ai/v1',
  takes: () => ({ refuses: REFUSED }),
});
