import type { Usage } from '@tollgate/domain';

import type { BuiltRequest } from './dialect.js';
import type { JsonRecord } from './json.js';
import type { ScannedRequest } from './passthrough/scanned-request.js';
import type { AnswerFacts } from './passthrough/stream-forwarder.js';
import type { RequestProblem } from './request-problem.js';
import type { UpstreamErrorFacts, UpstreamHeaders } from './upstream-error.js';

/**
 * An operation is what a client wants done that is no conversation: embeddings, say. Each has a neutral request and a
 * neutral answer, and wire formats around them, as conversations have dialects.
 */
export type ClientOperationId =
  | 'openai-embeddings'
  | 'rerank-v1'
  | 'rerank-v2'
  | 'openai-images'
  | 'openai-image-edits'
  | 'openai-speech'
  | 'openai-transcription'
  | 'openai-translation'
  | 'openai-moderations';

/**
 * The most that a request can be billed, for the hold. A model is billed by some of these quantities only (by pieces or by
 * tokens, say), and the request does not show by which: what has no price in the model's sheet is to be left out.
 */
export interface OperationBounds {
  /** No request of this content has more input tokens. */
  readonly inputTokens: number;
  /** Of all answers together; 0 where nothing that counts as tokens comes out. */
  readonly outputTokens: number;
  /** Largest quantities of meters that are not tokens. */
  readonly others: Usage;
  /** The word of the tier at which pieces are sold, where the request decides it: quality and size of a picture. */
  readonly serviceTier?: string;
}

/** The client's half of an operation whose requests are JSON. Pure; may be called again. */
export interface ClientOperation<Request, Answer> {
  readonly id: ClientOperationId;
  /** Reads and checks the top level of a request in `memory[start..end)`, in a time that depends on its length only. */
  scan(memory: Buffer, start: number, end: number): ScannedRequest | RequestProblem;
  parseRequest(body: unknown): Request | RequestProblem;
  /** A document, or the bytes of an answer that is no JSON. */
  writeAnswer(answer: Answer, request: Request): JsonRecord | Buffer;
  bounds(request: Request): OperationBounds;
}

/** A request for a provider; `path` is relative to the base URL of the deployment. */
export interface BuiltOperation extends BuiltRequest {
  readonly path: string;
}

/** What of the model behind a deployment matters to an operation. */
export interface OperationTarget {
  /** As the provider calls it. */
  readonly model: string;
  /** The path of the base URL, without a slash at its end; the built path goes behind it. */
  readonly basePath?: string;
}

/** The provider's half of an operation. Pure; may be called again. */
export interface ProviderOperation<Request, Answer> {
  readonly id: string;
  /** The client's format whose bytes may travel on as they are, with the model replaced; `null` for none. */
  readonly passesThrough: ClientOperationId | null;
  buildRequest(request: Request, target: OperationTarget): BuiltOperation;
  /** `null` when the bytes are no answer of this format. */
  readAnswer(body: Buffer, request: Request): Answer | null;
  /**
   * What billing has to know of an answer that is passed on; reads no more of it than it must.
   * @param request with the provider's name of the model in it, not an alias: some kinds of bill depend on it.
   */
  readFacts(body: Buffer, request: Request): AnswerFacts;
  /** An answer whose status is not one of success. */
  readError(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts;
}

/** A file of a form; where its bytes are, only the gateway knows, by `index`. */
export interface FormFile {
  readonly field: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  /** Its number among the form's files. */
  readonly index: number;
}

/** A `multipart/form-data` request whose files are kept elsewhere. */
export interface OperationForm {
  /** In the order in which they came. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly files: readonly FormFile[];
}

export type FormPart =
  | { readonly kind: 'field'; readonly name: string; readonly value: string }
  | { readonly kind: 'file'; readonly name: string; readonly file: FormFile };

/** The client's half of an operation whose requests bring files. */
export interface ClientFormOperation<Request, Answer> extends Pick<
  ClientOperation<Request, Answer>,
  'id' | 'writeAnswer'
> {
  parseForm(form: OperationForm): Request | RequestProblem;
}

export interface BuiltForm {
  readonly path: string;
  readonly parts: readonly FormPart[];
  readonly inexpressible: BuiltRequest['inexpressible'];
}

export interface ProviderFormOperation<Request, Answer> extends Omit<
  ProviderOperation<Request, Answer>,
  'buildRequest' | 'passesThrough'
> {
  buildForm(request: Request, target: OperationTarget): BuiltForm;
}
