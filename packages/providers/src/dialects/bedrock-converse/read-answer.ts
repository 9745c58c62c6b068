import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { AnswerFacts } from '../../passthrough/stream-forwarder.js';
import { readErrorInside } from './read-error.js';
import { messageOf, readServiceTier } from './read-response.js';
import { readUsage } from './read-usage.js';

/** What stands around the content of a message. */
const MESSAGE_OVERHEAD_BYTES = 60;

/** What billing has to know of an answer. It is translated anyway, so it is parsed as a whole. */
export function readAnswer(body: Buffer): AnswerFacts {
  const document = parseJson(body.toString());
  const answer: JsonRecord = isRecord(document) ? document : {};
  const message = messageOf(document);
  const failed = message === null && (typeof answer['message'] === 'string' || typeof answer['__type'] === 'string');
  return {
    valid: message !== null,
    usage: readUsage(answer['usage']),
    servedModel: null,
    serviceTier: readServiceTier(answer),
    error: failed ? readErrorInside(document, null) : null,
    deliveredCharacters: message === null ? 0 : contentLength(message),
  };
}

function contentLength(message: JsonRecord): number {
  return Math.max(0, JSON.stringify(message).length - MESSAGE_OVERHEAD_BYTES);
}
