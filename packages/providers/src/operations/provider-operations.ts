import type { ClientOperationId, ProviderFormOperation, ProviderOperation } from '../operation-dialect.js';
import type { Embeddings, EmbeddingsRequest } from './embeddings/embeddings.js';
import type { Images, ImagesRequest } from './images/images.js';
import type { Moderations, ModerationsRequest } from './moderations/moderations.js';
import type { Reranking, RerankRequest } from './rerank/rerank.js';
import type { Speech, SpeechRequest } from './speech/speech.js';
import type { Transcript, TranscriptionRequest } from './transcription/transcription.js';

/** How a model of a provider does something; `null` where it does not. */
type ByModel<Operation> = (upstreamModel: string) => Operation | null;

/** What a provider does beside answering conversations. Without an entry it does not. */
export interface ProviderOperations {
  readonly embeddings?: ByModel<ProviderOperation<EmbeddingsRequest, Embeddings>>;
  readonly rerank?: ByModel<ProviderOperation<RerankRequest, Reranking>>;
  readonly images?: ByModel<ProviderOperation<ImagesRequest, Images>>;
  readonly imageEdits?: ByModel<ProviderFormOperation<ImagesRequest, Images>>;
  readonly speech?: ByModel<ProviderOperation<SpeechRequest, Speech>>;
  readonly transcription?: ByModel<ProviderFormOperation<TranscriptionRequest, Transcript>>;
  readonly translation?: ByModel<ProviderFormOperation<TranscriptionRequest, Transcript>>;
  readonly moderations?: ByModel<ProviderOperation<ModerationsRequest, Moderations>>;
}

export type OperationKind = keyof ProviderOperations;

/** Any of them; which one it is follows from the kind that was asked for. */
export type AnyProviderOperation = ProviderOperation<never, unknown> | ProviderFormOperation<never, unknown>;

const KINDS: Readonly<Record<ClientOperationId, OperationKind>> = {
  'openai-embeddings': 'embeddings',
  'rerank-v1': 'rerank',
  'rerank-v2': 'rerank',
  'openai-images': 'images',
  'openai-image-edits': 'imageEdits',
  'openai-speech': 'speech',
  'openai-transcription': 'transcription',
  'openai-translation': 'translation',
  'openai-moderations': 'moderations',
};

/** The catalogue's word for models that do it. */
const FEATURES: Readonly<Record<OperationKind, string>> = {
  embeddings: 'embeddings',
  rerank: 'rerank',
  images: 'images',
  imageEdits: 'images',
  speech: 'speech',
  transcription: 'transcriptions',
  translation: 'transcriptions',
  moderations: 'moderations',
};

/** How a model does what a client asks for, or `null` when it does not. Nothing is assumed of models without features. */
export function operationFor(
  { operations }: { readonly operations?: ProviderOperations },
  model: { readonly name: string; readonly features: readonly string[] },
  asked: ClientOperationId,
): AnyProviderOperation | null {
  const kind = KINDS[asked];
  if (model.features.length > 0 && !model.features.includes(FEATURES[kind])) return null;
  return operations?.[kind]?.(model.name) ?? null;
}

const CLIENT_OPERATIONS: ReadonlySet<string> = new Set(Object.keys(KINDS));

export function isClientOperation(id: string): id is ClientOperationId {
  return CLIENT_OPERATIONS.has(id);
}
