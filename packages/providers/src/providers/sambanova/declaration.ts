import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { speechToText } from '../openai-compatible/openai-operations.js';
import { TRANSCRIPTION_VENDORS } from '../../operations/transcription/transcription-provider.js';

/** Source: docs.sambanova.ai/docs/en/features/openai-compatibility, "Features not yet supported". */
const REFUSED = ['logprobs', 'top_logprobs', 'n', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'seed'];

export const sambanova = chatVendor({
  id: 'sambanova',
  displayName: 'SambaNova',
  documentationUrl: 'https://docs.sambanova.ai/docs/en/features/openai-compatibility',
  credentialUrl: 'https://cloud.sambanova.ai/apis',
  environment: { secret: ['SAMBANOVA_API_KEY'], baseUrl: ['SAMBANOVA_BASE_URL'] },
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.sambanova)),
    ...speechToText(TRANSCRIPTION_VENDORS.compatible),
  },
  defaultBaseUrl: 'https://api.sambanova.ai/v1',
  takes: () => ({ refuses: REFUSED }),
});
