import type { AnswerFacts, StreamForwarder } from '@tollgate/providers';

import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';

/** What an upstream answered at once, as the client is to get it. */
export interface CrossedAnswer {
  readonly facts: AnswerFacts;
  readonly body: Buffer;
}

/** All events of a stream, the final one apart, which waits until it is recorded. */
export interface StreamedWhole {
  readonly events: Buffer;
  readonly doneFrame: Buffer;
}

/** How a request of the client's dialect reaches a deployment, and the answer the client. May run again on a retry. */
export interface Crossing {
  /** The body to send. */
  requestBody(exchange: Exchange, candidate: Candidate): Buffer;
  /** Name, value, name, value. Carries the provider's secret. */
  requestHeaders(exchange: Exchange, candidate: Candidate): readonly string[];
  forwarder(exchange: Exchange, candidate: Candidate, sink: (bytes: Buffer) => void): StreamForwarder;
  readAnswer(exchange: Exchange, candidate: Candidate, body: Buffer): CrossedAnswer;
  /** A stream that came although none was asked for, as one answer. */
  readStreamed(exchange: Exchange, candidate: Candidate, body: Buffer): CrossedAnswer;
  /** An answer that came as a whole although a stream was asked for; `null` where it cannot be written as one. */
  streamWhole(exchange: Exchange, candidate: Candidate, body: Buffer): StreamedWhole | null;
}
