import type { IncomingMessage } from 'node:http';

import type {
  AnswerFacts,
  ClientDialectId,
  ClientOperationId,
  RequestAddress,
  RequestProblem,
  ScannedRequest,
  StreamForwarder,
} from '@tollgate/providers';

import type { InferenceError } from '../inference-error.js';
import type { ReceivedForm } from '../multipart/read-multipart.js';
import type { OperationCrossing } from '../pipeline/crossing/operation-crossing.js';
import type { RequestBody } from '../request-body.js';

/** What every surface has: its name, and in what shape the gateway itself speaks to the client. */
interface SurfaceBase {
  /** The client-facing operation, as usage events name it. */
  readonly endpoint: string;
  /** Endpoint and surface as a piece of JSON, for the journal. */
  readonly recordJson: string;
  /** Under which name the dialect's SDKs look for the request's id, where that is not `x-request-id`. */
  readonly requestIdHeader: string | null;
  /** What is sent now and then while a provider says nothing, so that no proxy gives up; empty where nothing may be. */
  readonly heartbeat: Buffer;
  readonly errorBody: (error: InferenceError, requestId: string) => string;
  /** The same inside a stream that has begun. */
  errorFrame(error: InferenceError, requestId: string): Buffer;
}

/** Counting the tokens of a request. */
interface TokenCount {
  /** Like a surface's own, but a cap on the output may be missing. */
  scan(body: RequestBody, address: RequestAddress | null): ScannedRequest | RequestProblem;
  /** Where in the answer the count stands. */
  readonly field: string;
}

export type CountingSurface = ConversationSurface & { readonly counting: TokenCount };

/**
 * A client dialect of conversations with one of its endpoints: how its requests are read, and how answers of the same
 * dialect are passed on.
 */
export interface ConversationSurface extends SurfaceBase {
  readonly kind: 'conversation';
  readonly dialect: ClientDialectId;
  /** How the tokens of a request are counted without running it; `null` where the dialect has no endpoint for that. */
  readonly counting: TokenCount | null;
  /** What is sent to an upstream of the same dialect: its own headers, and those of the client that belong to the dialect. */
  requestHeaders(upstream: readonly string[], request: IncomingMessage): readonly string[];
  /** Reads the top level of a body. */
  scan(body: RequestBody, address: RequestAddress | null): ScannedRequest | RequestProblem;
  /** Whether the body holds what only we can read, so that even a provider of the same dialect needs it written anew. */
  isWrittenAnew(body: RequestBody): boolean;
  /** Whether a body may hold a part with more tokens than bytes, so that its length is no bound of its input. */
  mayExceedItsBytes(body: RequestBody): boolean;
  /** The context window that a request has, where its headers ask for a longer one than the model's usual. */
  contextWindow(usual: number, request: IncomingMessage): number;
  /** How many searches the request lets the provider make and bill; `null` where it sets no bound. */
  searchesBound(body: RequestBody): number | null;
  /** Forwards a stream of the same dialect. */
  forwarder(withholdUsage: boolean, sink: (bytes: Buffer) => void): StreamForwarder;
  /** Reads an answer of the same dialect. */
  readAnswer(body: Buffer): AnswerFacts;
}

/** An operation whose requests are JSON: embeddings, say. */
export interface JsonOperationSurface extends SurfaceBase {
  readonly kind: 'json-operation';
  readonly dialect: ClientOperationId;
  /** Reads the top level of a body. */
  scan(body: RequestBody): ScannedRequest | RequestProblem;
  /** Reads a body whole. */
  prepare(body: RequestBody): OperationCrossing | RequestProblem;
}

/** An operation whose requests are forms with files: transcriptions, say. */
export interface FormOperationSurface extends SurfaceBase {
  readonly kind: 'form-operation';
  readonly dialect: ClientOperationId;
  prepare(form: ReceivedForm): Promise<PreparedForm | RequestProblem>;
}

/** A form as a request. */
export interface PreparedForm {
  readonly scanned: ScannedRequest;
  readonly crossing: OperationCrossing;
}

export type Surface = ConversationSurface | JsonOperationSurface | FormOperationSurface;
