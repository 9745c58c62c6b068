import { ERRORS, type ErrorCode } from '@tollgate/domain';

import { isRecord, parseJson } from '../../json.js';
import { publicMessage, type UpstreamErrorFacts, type UpstreamHeaders } from '../../upstream-error.js';
import { retryAfterMs } from '../openai-chat/read-error.js';

const MAX_ERROR_BYTES = 65_536;

/** The status with which an error of each type comes, for those inside a stream. */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  timeout_error: 504,
  overloaded_error: 529,
  api_error: 500,
};

/** An account without money, or at its own limit, is told as if the request were wrong. */
const EXHAUSTED_MESSAGE = /credit balance is too low|reached your specified .*usage limits|spend limit/i;
const TOO_LONG_MESSAGE =
  /prompt is too long|exceed(?:s|ed)? (?:the )?(?:model'?s? )?context (?:window|limit)|input length and `?max_tokens/i;
/** What a client may have referred to, which the account does not have: nothing that is wrong with the deployment. */
const FOREIGN_THING_MESSAGE = /\b(?:file|container|skill)s?\b.{0,200}\bnot found\b/i;
const FILTERED_MESSAGE = /content filtering policy|blocked by .*(?:safety|content)/i;

interface ErrorObject {
  readonly type: string | null;
  readonly message: string;
  readonly code: string | null;
}

/** Reads the answer of an upstream that refused or failed. */
export function readErrorResponse(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts {
  const error = errorObject(parseJson(body.toString('utf8', 0, MAX_ERROR_BYTES)));
  return facts(classify(status, error), error, { status, retryAfter: retryAfterMs(headers, Date.now()) });
}

/** Reads an error that came with HTTP 200: as the whole answer, or as an `error` event of a stream. */
export function readErrorInside(raw: unknown): UpstreamErrorFacts {
  const error = errorObject(raw);
  const status = STATUSES[error.type ?? ''] ?? 500;
  return facts(classify(status, error), error, { status, retryAfter: null });
}

function errorObject(document: unknown): ErrorObject {
  const outer = isRecord(document) ? document : {};
  const inner = isRecord(outer['error']) ? outer['error'] : outer;
  const details = isRecord(inner['details']) ? inner['details'] : {};
  return { type: text(inner['type']), message: text(inner['message']) ?? '', code: text(details['error_code']) };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function classify(status: number, { message }: ErrorObject): ErrorCode {
  if (status >= 400 && status < 500 && EXHAUSTED_MESSAGE.test(message)) return 'provider_credentials_exhausted';
  switch (status) {
    case 401:
    case 402:
    case 403:
      return 'provider_credentials_exhausted';
    case 404:
      // Anthropic names the model alone: "model: claude-…"; otherwise it is the address that is wrong
      if (/model/i.test(message)) return 'provider_model_not_found';
      return FOREIGN_THING_MESSAGE.test(message) ? 'provider_rejected_request' : 'provider_failed';
    case 408:
    case 504:
    case 524:
      return 'provider_timed_out';
    case 413:
      return 'provider_body_too_large';
    case 429:
      return 'provider_rate_limited';
    case 503:
    case 529:
      return 'provider_overloaded';
    default:
      if (status < 400 || status >= 500 || status === 409) return 'provider_failed';
      if (TOO_LONG_MESSAGE.test(message)) return 'provider_context_length_exceeded';
      return FILTERED_MESSAGE.test(message) ? 'provider_content_filtered' : 'provider_rejected_request';
  }
}

const REQUEST_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'provider_rejected_request',
  'provider_content_filtered',
  'provider_context_length_exceeded',
  'provider_body_too_large',
]);
/** `messages.1.content.0: …`: where Anthropic finds fault with the request. */
const FAULTY_FIELD = /^([a-z_]+(?:\.[a-z_\d]+)*):/;

interface Circumstances {
  readonly status: number;
  readonly retryAfter: number | null;
}

function facts(code: ErrorCode, error: ErrorObject, { status, retryAfter }: Circumstances): UpstreamErrorFacts {
  const requestFault = REQUEST_FAULTS.has(code);
  return {
    code,
    // an upstream's words on its own failures and on the operator's account are not for clients
    message: requestFault ? (publicMessage(error.message) ?? ERRORS[code].message) : ERRORS[code].message,
    param: requestFault ? (FAULTY_FIELD.exec(error.message)?.[1] ?? null) : null,
    upstreamCode: publicMessage(error.code ?? error.type)?.slice(0, 100) ?? null,
    retryAfterMs: retryAfter,
    credentialFault: status === 401,
    requestFault,
  };
}
