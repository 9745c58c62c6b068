import { ERRORS, type ErrorCode } from '@tollgate/domain';

import { isRecord, parseJson } from '../../json.js';
import { publicMessage, type UpstreamErrorFacts, type UpstreamHeaders } from '../../upstream-error.js';
import { retryAfterMs } from '../openai-chat/read-error.js';

const MAX_ERROR_BYTES = 65_536;
const TOO_LONG_MESSAGE =
  /too many tokens: (?:total|size|the total)|too many tokens.*prompt|context (?:length|window|limit)|prompt is too long/i;
const MISSING_MODEL_MESSAGE =
  /\bmodel\b.*(?:not found|does not exist|not supported|has been removed|is not available)/i;
const FILTERED_MESSAGE = /blocked (?:input|output)|content (?:filter|moderation)|safety/i;
/** A key of a trial is used up for the month: another one may work now. */
const EXHAUSTED_MESSAGE = /(?:api )?calls? ?\/ ?month|monthly|billing|payment/i;
const DEAD_KEY_MESSAGE = /invalid (?:api )?(?:token|key)|no api key|api key has expired/i;

/** Reads the answer of an upstream that refused or failed: `{"id", "message"}`, or a few other keys for the message. */
export function readErrorResponse(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts {
  const message = messageOf(parseJson(body.toString('utf8', 0, MAX_ERROR_BYTES)));
  const dead = status === 401 || ((status === 403 || status === 498) && DEAD_KEY_MESSAGE.test(message));
  const read = facts(classify(status, message, dead), message, retryAfterMs(headers, Date.now()));
  return { ...read, credentialFault: dead };
}

/** An answer that says of itself that it failed, and why where it does. */
export function readFailure(finishReason: unknown, message: unknown): UpstreamErrorFacts {
  const code = finishReason === 'TIMEOUT' ? 'provider_timed_out' : 'provider_failed';
  const upstreamCode = typeof finishReason === 'string' ? finishReason : null;
  return { ...facts(code, typeof message === 'string' ? message : '', null), upstreamCode };
}

/** An error that came with a status of success. */
export function readErrorInside(document: unknown): UpstreamErrorFacts {
  const message = messageOf(document);
  return facts(classify(500, message, false), message, null);
}

function messageOf(document: unknown): string {
  const body = isRecord(document) ? document : {};
  for (const name of ['message', 'error', 'detail', 'data']) {
    const value = body[name];
    if (typeof value === 'string' && value !== '') return value;
    if (isRecord(value) && typeof value['message'] === 'string') return value['message'];
  }
  return '';
}

function classify(status: number, message: string, dead: boolean): ErrorCode {
  if (dead) return 'provider_credentials_exhausted';
  switch (status) {
    case 400:
    case 422:
      if (TOO_LONG_MESSAGE.test(message)) return 'provider_context_length_exceeded';
      if (MISSING_MODEL_MESSAGE.test(message)) return 'provider_model_not_found';
      return /blocked (?:input|output)/i.test(message) ? 'provider_content_filtered' : 'provider_rejected_request';
    case 402:
    case 403:
      return 'provider_credentials_exhausted';
    case 404:
      return MISSING_MODEL_MESSAGE.test(message) ? 'provider_model_not_found' : 'provider_failed';
    case 408:
    case 504:
      return 'provider_timed_out';
    case 413:
      return 'provider_body_too_large';
    case 429:
      return EXHAUSTED_MESSAGE.test(message) ? 'provider_credentials_exhausted' : 'provider_rate_limited';
    case 498:
      // Cohere's own: what went in or came out was blocked
      return FILTERED_MESSAGE.test(message) || message === ''
        ? 'provider_content_filtered'
        : 'provider_rejected_request';
    case 499:
      // Cohere's own: it saw the connection end before it had answered, which is no fault of the request
      return 'provider_failed';
    case 503:
      return 'provider_overloaded';
    default:
      return status >= 400 && status < 500 && status !== 409 ? 'provider_rejected_request' : 'provider_failed';
  }
}

const REQUEST_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'provider_rejected_request',
  'provider_content_filtered',
  'provider_context_length_exceeded',
  'provider_body_too_large',
]);

function facts(code: ErrorCode, message: string, retryAfter: number | null): UpstreamErrorFacts {
  const requestFault = REQUEST_FAULTS.has(code);
  return {
    code,
    // an upstream's words on its own failures and on the operator's account are not for clients
    message: requestFault ? (publicMessage(message) ?? ERRORS[code].message) : ERRORS[code].message,
    param: null,
    upstreamCode: null,
    retryAfterMs: retryAfter,
    credentialFault: false,
    requestFault,
  };
}
