import type { OperationTarget, ProviderFormOperation, ProviderOperation } from '../operation-dialect.js';
import type { UpstreamErrorFacts, UpstreamHeaders } from '../upstream-error.js';
import type { ProviderOperations } from './provider-operations.js';

/** What a vendor changes about all of its operations, whatever they are. */
interface Placing {
  /** From the usual path to the vendor's. */
  readonly path?: (path: string, target: OperationTarget) => string;
  readonly readError?: (status: number, headers: UpstreamHeaders, body: Buffer) => UpstreamErrorFacts;
}

/** An operation that lies at another path than usual, or whose errors are read otherwise. */
export function placed<Request, Answer>(
  operation: ProviderOperation<Request, Answer>,
  { path = usualPath, readError = operation.readError.bind(operation) }: Placing,
): ProviderOperation<Request, Answer> {
  return {
    ...operation,
    readError,
    buildRequest(request, target) {
      const built = operation.buildRequest(request, target);
      return { ...built, path: path(built.path, target) };
    },
  };
}

function placedForm<Request, Answer>(
  operation: ProviderFormOperation<Request, Answer>,
  { path = usualPath, readError = operation.readError.bind(operation) }: Placing,
): ProviderFormOperation<Request, Answer> {
  return {
    ...operation,
    readError,
    buildForm(request, target) {
      const built = operation.buildForm(request, target);
      return { ...built, path: path(built.path, target) };
    },
  };
}

const usualPath = (path: string): string => path;

/** All operations of a vendor, placed alike. */
export function placedOperations(operations: ProviderOperations, placing: Placing): ProviderOperations {
  const { embeddings, rerank, images, imageEdits, speech, transcription, translation, moderations } = operations;
  return {
    ...(embeddings && { embeddings: requests(embeddings, placing) }),
    ...(rerank && { rerank: requests(rerank, placing) }),
    ...(images && { images: requests(images, placing) }),
    ...(imageEdits && { imageEdits: forms(imageEdits, placing) }),
    ...(speech && { speech: requests(speech, placing) }),
    ...(transcription && { transcription: forms(transcription, placing) }),
    ...(translation && { translation: forms(translation, placing) }),
    ...(moderations && { moderations: requests(moderations, placing) }),
  };
}

function requests<Request, Answer>(
  byModel: (upstreamModel: string) => ProviderOperation<Request, Answer> | null,
  placing: Placing,
): (upstreamModel: string) => ProviderOperation<Request, Answer> | null {
  return (upstreamModel) => {
    const operation = byModel(upstreamModel);
    return operation === null ? null : placed(operation, placing);
  };
}

function forms<Request, Answer>(
  byModel: (upstreamModel: string) => ProviderFormOperation<Request, Answer> | null,
  placing: Placing,
): (upstreamModel: string) => ProviderFormOperation<Request, Answer> | null {
  return (upstreamModel) => {
    const operation = byModel(upstreamModel);
    return operation === null ? null : placedForm(operation, placing);
  };
}
