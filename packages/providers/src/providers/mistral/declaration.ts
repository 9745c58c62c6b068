import { isRecord } from '../../json.js';
import { CHAT_COMPLETIONS, chatVendor } from '../openai-compatible/chat-vendor.js';
import { readListedModels } from '../read-listed-models.js';
import { rewriteForMistral } from './rewrite-request.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { moderationsProvider } from '../../operations/moderations/moderations.js';
import { TRANSCRIPTION_VENDORS, transcriptionProvider } from '../../operations/transcription/transcription-provider.js';

/** What Mistral does not know it refuses, so that nothing of OpenAI's may slip through; source: docs.mistral.ai/api. */
const REFUSED = ['top_k', 'logit_bias', 'logprobs', 'user', 'service_tier', 'verbosity'];
const THINKING_MODEL = /^(?:magistral|mistral-(?:small|medium)-(?:latest|2[6-9]))/;

export const mistral = chatVendor({
  id: 'mistral',
  displayName: 'Mistral AI',
  documentationUrl: 'https://docs.mistral.ai/api/',
  credentialUrl: 'https://console.mistral.ai/api-keys',
  environment: { secret: ['MISTRAL_API_KEY'], baseUrl: ['MISTRAL_BASE_URL'] },
  endpoints: [{ ...CHAT_COMPLETIONS, rewrite: () => rewriteForMistral }],
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.mistral)),
    transcription: anyModel(transcriptionProvider(TRANSCRIPTION_VENDORS.mistral)),
    moderations: anyModel(moderationsProvider({ texts: 'only' })),
  },
  defaultBaseUrl: 'https://api.mistral.ai/v1',
  // the last chunk of every stream holds it, and the field that asks for it is refused
  forcesUsage: false,
  connectionTest: {
    method: 'GET',
    path: '/models',
    readModels: readListedModels({
      list: 'data',
      name: 'id',
      callable: ({ archived, capabilities }) =>
        archived !== true && (!isRecord(capabilities) || Object.values(capabilities).some((able) => able === true)),
    }),
  },
  takes: (model) => ({
    prefill: true,
    refuses: REFUSED,
    ...(THINKING_MODEL.test(model) && {
      thinking: 'effort' as const,
      leastThinking: 'nothing' as const,
      efforts: ['none', 'high'],
    }),
  }),
});
