import type { AnswerFacts, RequestProblem, StreamForwarder } from '@tollgate/providers';

import type { MultipartBody } from '../../multipart/write-multipart.js';

import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';

/** What an upstream answered at once, as the client is to get it. */
export interface CrossedAnswer {
  readonly facts: AnswerFacts;
  readonly body: Buffer;
  /** Without it, JSON. */
  readonly contentType?: string;
}

/** All events of a stream, the final one apart, which waits until it is recorded. */
export interface StreamedWhole {
  readonly events: Buffer;
  readonly doneFrame: Buffer;
}

/** How a request of the client's dialect reaches a deployment, and the answer the client. May run again on a retry. */
export interface Crossing {
  /** Where it is sent, with its query. */
  path(candidate: Candidate, stream: boolean): string;
  /** The body to send; forms are read from where their files are kept. */
  requestBody(exchange: Exchange, candidate: Candidate): Buffer | MultipartBody;
  /** Name, value, name, value. Carries the provider's secret. */
  requestHeaders(exchange: Exchange, candidate: Candidate): readonly string[];
  forwarder(exchange: Exchange, candidate: Candidate, sink: (bytes: Buffer) => void): StreamForwarder;
  readAnswer(exchange: Exchange, candidate: Candidate, body: Buffer): CrossedAnswer;
  /** A stream that came although none was asked for, as one answer. */
  readStreamed(exchange: Exchange, candidate: Candidate, body: Buffer): CrossedAnswer;
  /** An answer that came as a whole although a stream was asked for; `null` where it cannot be written as one. */
  streamWhole(exchange: Exchange, candidate: Candidate, body: Buffer): StreamedWhole | null;
}

/** A crossing for which the request was read whole. */
export interface Translating extends Crossing {
  /** Why a deployment cannot be asked: something that the client said cannot be told it, and the key wants that refused. */
  refusal(exchange: Exchange, candidate: Candidate): RequestProblem | null;
}
