import type { AnswerFacts, StreamForwarder } from '@tollgate/providers';

import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';

/** What an upstream answered at once, as the client is to get it. */
export interface CrossedAnswer {
  readonly facts: AnswerFacts;
  readonly body: Buffer;
}

/** How a request of the client's dialect reaches a deployment, and the answer the client. May run again on a retry. */
export interface Crossing {
  /** The body to send. */
  requestBody(exchange: Exchange, candidate: Candidate): Buffer;
  /** Name, value, name, value. Carries the provider's secret. */
  requestHeaders(exchange: Exchange, candidate: Candidate): readonly string[];
  forwarder(exchange: Exchange, candidate: Candidate, sink: (bytes: Buffer) => void): StreamForwarder;
  readAnswer(exchange: Exchange, candidate: Candidate, body: Buffer): CrossedAnswer;
}
