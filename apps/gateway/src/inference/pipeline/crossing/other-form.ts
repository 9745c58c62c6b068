import {
  type AnswerOptions,
  answerAsStream,
  clientDialects,
  streamAsAnswer,
  type StreamWriterOptions,
} from '@tollgate/providers';

import { spokenDialect } from './spoken-dialect.js';

import { conversationOf, type Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { Crossing } from './crossing.js';

/** Some servers stream always, some never: their answers are put into the form that the client asked for. */
export const otherForm: Pick<Crossing, 'readStreamed' | 'streamWhole'> = {
  readStreamed(exchange, candidate, received) {
    const { facts, body } = streamAsAnswer(received, dialectsOf(exchange, candidate), optionsOf(exchange));
    return { facts, body: body ?? received };
  },
  streamWhole: (exchange, candidate, received) =>
    answerAsStream(received, dialectsOf(exchange, candidate), optionsOf(exchange)),
};

function dialectsOf(exchange: Exchange, { dialect }: Candidate): Parameters<typeof streamAsAnswer>[1] {
  return { upstream: spokenDialect(dialect), client: clientDialects[conversationOf(exchange).dialect] };
}

function optionsOf(exchange: Exchange): StreamWriterOptions {
  return { ...answerOptions(exchange), includeUsage: exchange.scanned?.includeUsage === true };
}

/** What we can say of an answer whose provider does not. */
export function answerOptions({ id, occurredAt, scanned }: Exchange): AnswerOptions {
  return { createdAt: Math.floor(occurredAt / 1000), requestId: id.public, requestedModel: scanned?.model ?? '' };
}
