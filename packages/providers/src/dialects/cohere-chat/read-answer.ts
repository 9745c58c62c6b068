import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { AnswerFacts } from '../../passthrough/stream-forwarder.js';
import { isFailure } from './finish-reasons.js';
import { readErrorInside, readFailure } from './read-error.js';
import { readUsage } from './read-usage.js';

/** What stands around the content of a message. */
const MESSAGE_OVERHEAD_BYTES = 60;

/** What billing has to know of an answer. It is translated anyway, so it is parsed as a whole. */
export function readAnswer(body: Buffer): AnswerFacts {
  const document = parseJson(body.toString());
  const answer: JsonRecord = isRecord(document) ? document : {};
  const { message, finish_reason: finishReason } = answer;
  const failed = isFailure(finishReason);
  const isAnswer = isRecord(message) && !failed;
  const saysError = typeof message === 'string' || answer['error'] != null;
  const error = failed
    ? readFailure(finishReason, answer['error'])
    : !isAnswer && saysError
      ? readErrorInside(document)
      : null;
  return {
    valid: isAnswer,
    usage: readUsage(answer['usage']),
    servedModel: null,
    serviceTier: null,
    error,
    deliveredCharacters: isAnswer ? Math.max(0, JSON.stringify(message).length - MESSAGE_OVERHEAD_BYTES) : 0,
  };
}
