export { bedrockCohereEmbed, bedrockHeaderUsage, bedrockTitanEmbed } from './embeddings/bedrock-embed.js';
export { cohereEmbed } from './embeddings/cohere-embed.js';
export type * from './embeddings/embeddings.js';
export { EMBEDDINGS_VENDORS, type EmbeddingsVendor } from './embeddings/embeddings-vendors.js';
export { geminiEmbed, vertexEmbed } from './embeddings/google-embed.js';
export { openaiEmbeddingsClient } from './embeddings/openai-embeddings-client.js';
export { openaiEmbeddings } from './embeddings/openai-embeddings-provider.js';
export { EventStreamForwarder, type ReadOperationEvent } from './event-stream-forwarder.js';
export { geminiImages, imagen } from './images/google-images.js';
export { imageBounds } from './images/image-bounds.js';
export { openaiImageEditsClient, openaiImagesClient } from './images/image-clients.js';
export type * from './images/images.js';
export { imageEvents, openaiImageEdits, openaiImages } from './images/openai-images-provider.js';
export type { Moderations, ModerationsRequest } from './moderations/moderations.js';
export { moderationsProvider, openaiModerationsClient } from './moderations/moderations.js';
export { rerankV1, rerankV2 } from './rerank/rerank-clients.js';
export { rerankProvider } from './rerank/rerank-provider.js';
export { RERANK_VENDORS, type RerankVendor } from './rerank/rerank-vendors.js';
export type * from './rerank/rerank.js';
export {
  asksEvents,
  openaiSpeech,
  openaiSpeechClient,
  type Speech,
  speechEvents,
  type SpeechRequest,
  usageOfAudio,
} from './speech/speech.js';
export { usageOfDuration } from './transcription/read-transcription-usage.js';
export {
  openaiTranscriptionClient,
  openaiTranslationClient,
  transcriptionBounds,
} from './transcription/transcription-client.js';
export {
  TRANSCRIPTION_VENDORS,
  transcriptionEvent,
  transcriptionProvider,
  type TranscriptionVendor,
} from './transcription/transcription-provider.js';
export type * from './transcription/transcription.js';
export {
  type AnyProviderOperation,
  isClientOperation,
  operationFor,
  type OperationKind,
  type ProviderOperations,
} from './provider-operations.js';
export { BytesForwarder } from './bytes-forwarder.js';
