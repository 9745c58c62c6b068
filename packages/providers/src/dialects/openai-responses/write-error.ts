import { ERRORS, type ErrorCode } from '@tollgate/domain';

import type { WritableError } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';
import { writeErrorBody } from '../openai-chat/write-error.js';

type EventError = Omit<WritableError, 'requestId'>;

/**
 * The event by which a stream ends that went wrong. OpenAI documents its fields at the top level and sends them under
 * `error`; its SDKs throw for the one, and other clients read the other.
 *
 * @param sequenceNumber 0 where the writer of the stream is not at hand: no client counts on.
 */
export function writeErrorEvent({ code, message, param }: EventError, sequenceNumber = 0): string {
  const { error } = writeErrorBody({ code, message, param });
  const event = { type: 'error', code, message, param, error, sequence_number: sequenceNumber };
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The error of a response that failed: its codes are a closed list. */
export function failureOf({ code, message }: EventError): JsonRecord {
  return { code: failureCode(code), message };
}

function failureCode(code: ErrorCode): string {
  const { status } = ERRORS[code];
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
}
