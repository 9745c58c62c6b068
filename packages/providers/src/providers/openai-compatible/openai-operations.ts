import { anyModel } from '../../operations/any-model.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { openaiImageEdits, openaiImages } from '../../operations/images/openai-images-provider.js';
import { moderationsProvider } from '../../operations/moderations/moderations.js';
import type { ProviderOperations } from '../../operations/provider-operations.js';
import { openaiSpeech } from '../../operations/speech/speech.js';
import {
  TRANSCRIPTION_VENDORS,
  transcriptionProvider,
  type TranscriptionVendor,
} from '../../operations/transcription/transcription-provider.js';

/** Transcription and translation, by models that do both. */
export function speechToText(vendor: TranscriptionVendor): Pick<ProviderOperations, 'transcription' | 'translation'> {
  const operation = anyModel(transcriptionProvider(vendor));
  return { transcription: operation, ...(vendor.translates && { translation: operation }) };
}

/** What OpenAI's models do beside answering conversations, wherever they run; platform.openai.com/docs/api-reference. */
export const OPENAI_MODELS: ProviderOperations = {
  embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.openai)),
  images: anyModel(openaiImages),
  imageEdits: anyModel(openaiImageEdits),
  speech: anyModel(openaiSpeech),
  ...speechToText(TRANSCRIPTION_VENDORS.openai),
};

/** With what OpenAI alone offers. */
export const OPENAI_OPERATIONS: ProviderOperations = {
  ...OPENAI_MODELS,
  moderations: anyModel(moderationsProvider({ texts: 'and-pictures' })),
};
