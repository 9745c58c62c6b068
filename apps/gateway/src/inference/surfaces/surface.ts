import type { IncomingMessage } from 'node:http';

import type {
  AnswerFacts,
  ClientDialectId,
  RequestAddress,
  RequestProblem,
  ScannedRequest,
  StreamForwarder,
} from '@tollgate/providers';

import type { InferenceError } from '../inference-error.js';
import type { RequestBody } from '../request-body.js';

/** Counting the tokens of a request. */
interface TokenCount {
  /** Like a surface's own, but a cap on the output may be missing. */
  scan(body: RequestBody, address: RequestAddress | null): ScannedRequest | RequestProblem;
  /** Where in the answer the count stands. */
  readonly field: string;
}

export type CountingSurface = Surface & { readonly counting: TokenCount };

/**
 * A client dialect with one of its endpoints: how its requests are read, how answers of the same dialect are passed on,
 * and in what shape the gateway itself speaks to the client.
 */
export interface Surface {
  /** How the tokens of a request are counted without running it; `null` where the dialect has no endpoint for that. */
  readonly counting: TokenCount | null;
  readonly dialect: ClientDialectId;
  /** The client-facing operation, as usage events name it. */
  readonly endpoint: string;
  /** Endpoint and surface as a piece of JSON, for the journal. */
  readonly recordJson: string;
  /** Under which name the dialect's SDKs look for the request's id, where that is not `x-request-id`. */
  readonly requestIdHeader: string | null;
  /** What is sent now and then while a provider says nothing, so that no proxy gives up. */
  readonly heartbeat: Buffer;
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
  readonly errorBody: (error: InferenceError, requestId: string) => string;
  /** The same inside a stream that has begun. */
  errorFrame(error: InferenceError, requestId: string): Buffer;
}
