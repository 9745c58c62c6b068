import type { ProviderEndpoint } from '../../provider-declaration.js';
import { chatVendor, CHAT_COMPLETIONS, COMPLETIONS, messagesBeside } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { IMAGES_VENDORS, imagesOfVendor } from '../../operations/images/images-vendors.js';
import { SPEECH_VENDORS, speechOfVendor } from '../../operations/speech/speech-vendors.js';
import { speechToText } from '../openai-compatible/openai-operations.js';
import { TRANSCRIPTION_VENDORS } from '../../operations/transcription/transcription-provider.js';

/** Beside the base URL; source: docs.deepinfra.com/api-reference/responses/openai-responses. */
const RESPONSES: ProviderEndpoint = {
  dialect: 'openai-responses',
  belowOrigin: true,
  path: ({ basePath }) => `${basePath.replace(/\/openai$/, '')}/responses`,
};

/**
 * No tool can be forced; source: deepinfra.com/docs/advanced/function_calling. Anthropic's dialect lies at `/anthropic`;
 * source: docs.deepinfra.com/api-reference/chat-completions/anthropic-messages. Usage brings `estimated_cost`, which is not
 * billed by us.
 */
export const deepinfra = chatVendor({
  id: 'deepinfra',
  displayName: 'DeepInfra',
  documentationUrl: 'https://deepinfra.com/docs/openai_api',
  credentialUrl: 'https://deepinfra.com/dash/api_keys',
  environment: { secret: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'], baseUrl: ['DEEPINFRA_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES, COMPLETIONS, messagesBeside(/\/v1\/openai$/, '/anthropic/v1/messages')],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.deepinfra)),
    images: anyModel(imagesOfVendor(IMAGES_VENDORS.deepinfra)),
    speech: anyModel(speechOfVendor(SPEECH_VENDORS.deepinfra)),
    ...speechToText(TRANSCRIPTION_VENDORS.compatible),
  },
  defaultBaseUrl: 'https://api.deepinfra.com/v1/openai',
  takes: () => ({ forcedToolChoice: false }),
});
