import { anyModel } from '../../operations/any-model.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { openaiImages } from '../../operations/images/openai-images-provider.js';
import { moderationsProvider } from '../../operations/moderations/moderations.js';
import { placedOperations } from '../../operations/placed-operations.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';
import { openaiSpeech } from '../../operations/speech/speech.js';
import {
  TRANSCRIPTION_VENDORS,
  transcriptionProvider,
  type TranscriptionVendor,
} from '../../operations/transcription/transcription-provider.js';
import { readModelList } from '../../dialects/openai-chat/read-model-list.js';
import type { ProviderDeclaration } from '../../provider-declaration.js';
import { unknownTargetModel } from '../unknown-target-model.js';

const SANDBOX_TRANSCRIPTION: TranscriptionVendor = {
  ...TRANSCRIPTION_VENDORS.openai,
  formats: ['verbose_json'],
  formatField: null,
  streams: false,
};

/** The simulated provider inside the product; its base URL is wherever the gateway lets it listen. */
export const sandbox: ProviderDeclaration = {
  id: 'sandbox',
  displayName: 'Sandbox (simulated)',
  documentationUrl: 'https://platform.openai.com/docs/api-reference/chat',
  endpoints: [{ dialect: 'openai-chat', path: () => '/v1/chat/completions' }],
  operations: placedOperations(
    {
      embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.openai)),
      rerank: anyModel(rerankProvider(RERANK_VENDORS.compatible)),
      images: anyModel(openaiImages),
      speech: anyModel(openaiSpeech),
      // it has one format, of which the gateway makes the others
      transcription: anyModel(transcriptionProvider(SANDBOX_TRANSCRIPTION)),
      translation: anyModel(transcriptionProvider(SANDBOX_TRANSCRIPTION)),
      moderations: anyModel(moderationsProvider({ texts: 'and-pictures' })),
    },
    { path: (path) => `/v1${path}` },
  ),
  defaultBaseUrl: null,
  authentication: 'none',
  headers: {},
  forcesUsage: true,
  billsAfterDisconnect: () => 'stops',
  searchesPerRequest: () => 0,
  simulated: true,
  connectionTest: { method: 'GET', path: '/v1/models', readModels: readModelList },
  targetModel: (_model, maxOutputTokens) => ({
    ...unknownTargetModel(maxOutputTokens, ['top_k']),
  }),
};
