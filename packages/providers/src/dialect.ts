import type { ErrorCode } from '@tollgate/domain';

import type { Completion, Conversation, StreamPart } from './conversation.js';
import type { ClientDialectId, ProviderDialectId } from './dialect-id.js';
import type { Inexpressible } from './inexpressible.js';
import type { JsonRecord } from './json.js';
import type { AnswerFacts } from './passthrough/stream-forwarder.js';
import type { RequestProblem } from './request-problem.js';
import type { ContentPiece } from './streaming/content-piece.js';
import type { TargetModel } from './target-model.js';
import type { UpstreamErrorFacts, UpstreamHeaders } from './upstream-error.js';

/** What an answer needs that the provider may not have said. */
export interface AnswerOptions {
  /** Unix seconds, for where the provider's dialect does not say when the answer was made. */
  readonly createdAt: number;
  /** Our id of the request, and the model as the client named it: for dialects that say neither of the answer's. */
  readonly requestId?: string;
  readonly requestedModel?: string;
  /** The request that is answered, for dialects whose answers repeat what was asked; without it they tell the defaults. */
  readonly conversation?: Conversation;
}

export interface StreamWriterOptions extends AnswerOptions {
  /** The client asked for usage, where its dialect lets it choose: it gets a frame with it. */
  readonly includeUsage: boolean;
}

/** An error for a client: the gateway's own, or an upstream's. */
export interface WritableError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param: string | null;
  /** Written where the dialect has a place for it. */
  readonly requestId: string | null;
}

export interface StreamReader {
  push(chunk: Buffer): readonly StreamPart[];
  /** What is left when the upstream's stream is over. */
  end(): readonly StreamPart[];
}

export interface StreamWriter {
  /** The events for one part; empty when the part says nothing that this dialect sends now. */
  write(part: StreamPart): string;
  /**
   * The same as bytes, for what nearly all of a stream consists of; `null`, and nothing has happened, where more is to be written
   * than one frame like the one before.
   */
  writePiece(piece: ContentPiece): Buffer | null;
}

/** A request for a provider, and what of the conversation could not be written into it. */
export interface BuiltRequest {
  readonly body: JsonRecord;
  readonly inexpressible: readonly Inexpressible[];
}

/** Counting the tokens of a request without running it, where a dialect has an endpoint for that. */
export interface TokenCounting {
  /** Like a request, but a cap on the output may be missing. */
  parseRequest(body: unknown, address?: RequestAddress): Conversation | RequestProblem;
  writeResponse(inputTokens: number): JsonRecord;
}

/** What the address of a request says, in dialects whose bodies do not say it. */
export interface RequestAddress {
  readonly model: string;
  readonly stream: boolean;
}

/** The client's half of a dialect. All functions are pure, change nothing they are given, and may be called again. */
export interface ClientDialect {
  readonly id: ClientDialectId;
  /** @param address only where the dialect names the model outside the body. */
  parseRequest(body: unknown, address?: RequestAddress): Conversation | RequestProblem;
  writeResponse(completion: Completion, options: AnswerOptions): JsonRecord;
  streamWriter(options: StreamWriterOptions): StreamWriter;
  writeError(error: WritableError): JsonRecord;
  /** An event that says nothing and keeps connections open. */
  readonly heartbeat: string;
  readonly tokenCounting: TokenCounting | null;
}

/** The provider's half of a dialect. All functions are pure, change nothing they are given, and may be called again. */
export interface ProviderDialect {
  readonly id: ProviderDialectId;
  buildRequest(conversation: Conversation, target: TargetModel): BuiltRequest;
  /** `null` when the body is no answer of this dialect. */
  readResponse(body: unknown): Completion | null;
  streamReader(): StreamReader;
  /** What billing has to know of an answer that is not streamed; reads no more of it than it must. */
  readAnswer(body: Buffer): AnswerFacts;
  /** An answer whose status is not one of success. */
  readError(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts;
}

/** A wire format as functions around the neutral conversation, for both sides. */
export type Dialect = Omit<ClientDialect, 'id'> &
  Omit<ProviderDialect, 'id'> & { readonly id: ClientDialectId & ProviderDialectId };
