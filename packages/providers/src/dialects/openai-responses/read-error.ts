import { isRecord } from '../../json.js';
import type { UpstreamErrorFacts } from '../../upstream-error.js';
import { readErrorInside as readChatErrorInside } from '../openai-chat/read-error.js';

/** Codes of failed responses that the input has caused; source: `ResponseErrorCode` of OpenAI's published schema. */
const REQUEST_CODE = /^(?:invalid_|empty_image|unsupported_image|image_|failed_to_download_image)/;

/**
 * Reads an error that came with HTTP 200: an `error` event, whose fields stand in it or under `error`, or the `error` of a
 * response that failed.
 */
export function readErrorInside(raw: unknown): UpstreamErrorFacts {
  const outer = isRecord(raw) ? raw : {};
  const error = isRecord(outer['error']) ? outer['error'] : outer;
  const { code, type } = error;
  const requested = typeof code === 'string' && REQUEST_CODE.test(code);
  const kind = requested ? 'invalid_request_error' : type === 'error' ? null : type;
  return readChatErrorInside({ error: { ...error, type: kind } });
}
