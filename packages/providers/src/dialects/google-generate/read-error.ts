import { ERRORS, type ErrorCode } from '@tollgate/domain';

import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import { publicMessage, type UpstreamErrorFacts, type UpstreamHeaders } from '../../upstream-error.js';
import { retryAfterMs } from '../openai-chat/read-error.js';

const MAX_ERROR_BYTES = 65_536;
const DAY_MS = 86_400_000;
/** Enough to tell what it means, and little enough to look through it for many words. */
const MAX_MESSAGE_CHARACTERS = 4000;

/** HTTP statuses of Google's words for them; source: cloud.google.com/apis/design/errors. */
const STATUSES: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  DATA_LOSS: 500,
  UNKNOWN: 500,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** Reasons and words that mean that a credential will never work again. */
const DEAD_REASONS = new Set(['API_KEY_INVALID', 'API_KEY_EXPIRED', 'CONSUMER_INVALID', 'ACCESS_TOKEN_EXPIRED']);
const DEAD_MESSAGE = /api key (?:not valid|not found|expired)|api key was reported as leaked|pass a valid api key/i;
/** The account, not the request: no money, no billing, not from here. */
const EXHAUSTED_MESSAGE =
  /prepayment credits? (?:are|is|balance)|spend(?:ing)? (?:cap|limit)|billing (?:account|is|has|to be)|enable billing|user location is not supported|free tier is not available/i;
const TOO_LONG_MESSAGE =
  /input token count.*exceeds|exceeds the maximum number of tokens|input context is too long|prompt is too long|maximum (?:input )?tokens? allowed|(?:input|prompt|request) (?:is too long|has too many tokens)/i;
const TOO_LARGE_MESSAGE =
  /request payload size exceeds|request (?:size|entity) (?:is )?too large|exceeds the limit: \d+ bytes/i;
const FILTERED_MESSAGE = /blocked by (?:safety|our|content|model armor)|prohibited (?:use|content)|violat\w+ .*polic/i;
const MISSING_MODEL_MESSAGE = /\bmodels?[/ ]|publisher model|model .*(?:not found|does not exist)/i;
/** What a client may have referred to, which the account does not have. */
const FOREIGN_THING_MESSAGE =
  /permission to access the (?:file|cachedcontent|corpus|tuned model)|cachedcontent not found/i;

interface ErrorObject {
  readonly code: number | null;
  readonly status: string | null;
  readonly message: string;
  readonly reason: string | null;
  readonly retryDelayMs: number | null;
  readonly field: string | null;
}

/** Reads the answer of an upstream that refused or failed. */
export function readErrorResponse(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts {
  const error = errorObject(parseJson(body.toString('utf8', 0, MAX_ERROR_BYTES)));
  const retryAfter = error.retryDelayMs ?? retryAfterMs(headers, Date.now());
  return facts(classify(status, error), error, { status, retryAfter });
}

/** Reads an error that came with HTTP 200: as the whole answer, or inside a stream. */
export function readErrorInside(raw: unknown): UpstreamErrorFacts {
  const error = errorObject(raw);
  const said = error.code !== null && error.code >= 400 && error.code <= 599 ? error.code : null;
  const status = said ?? STATUSES[error.status ?? ''] ?? 500;
  return facts(classify(status, error), error, { status, retryAfter: error.retryDelayMs });
}

function errorObject(document: unknown): ErrorObject {
  // Vertex, and streams without events, wrap errors in an array
  const outer = Array.isArray(document) ? (document as readonly unknown[])[0] : document;
  const wrapped = isRecord(outer) ? (outer['error'] ?? outer) : {};
  const error: JsonRecord = isRecord(wrapped) ? wrapped : { message: wrapped };
  const details = Array.isArray(error['details']) ? error['details'].filter(isRecord) : [];
  const { code } = error;
  const message = (text(error['message']) ?? '').slice(0, MAX_MESSAGE_CHARACTERS);
  return {
    code: typeof code === 'number' ? code : null,
    status: text(error['status']) ?? (typeof code === 'string' ? code : null),
    message,
    reason: firstText(details, 'reason'),
    retryDelayMs: retryDelay(details),
    field: faultyField(details, message),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function firstText(details: readonly JsonRecord[], name: string): string | null {
  for (const detail of details) {
    const found = text(detail[name]);
    if (found !== null) return found;
  }
  return null;
}

/** `RetryInfo`: seconds as protobuf writes a duration, `34.4s`. */
function retryDelay(details: readonly JsonRecord[]): number | null {
  const delay = firstText(details, 'retryDelay');
  const seconds = delay === null ? null : /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(delay)?.[1];
  return seconds === undefined || seconds === null ? null : Math.min(Math.ceil(Number(seconds) * 1000), DAY_MS);
}

/** `BadRequest` names fields; older messages do so in words: `Unknown name "x" at 'contents[0]'`. */
function faultyField(details: readonly JsonRecord[], message: string): string | null {
  for (const detail of details) {
    const violations = detail['fieldViolations'];
    const field = Array.isArray(violations) ? firstText(violations.filter(isRecord), 'field') : null;
    if (field !== null) return field;
  }
  return (
    /\bat '([\w.[\]]{1,200})'/.exec(message)?.[1] ?? /^\*? ?([\w]+(?:[.[][\w.[\]]{0,150})): /.exec(message)?.[1] ?? null
  );
}

function isDead({ reason, message }: ErrorObject, status: number): boolean {
  if (status === 401) return true;
  if (status !== 400 && status !== 403) return false;
  return DEAD_REASONS.has(reason ?? '') || DEAD_MESSAGE.test(message);
}

function classify(status: number, error: ErrorObject): ErrorCode {
  const { message } = error;
  if (isDead(error, status)) return 'provider_credentials_exhausted';
  if (status >= 400 && status < 500 && EXHAUSTED_MESSAGE.test(message)) return 'provider_credentials_exhausted';
  switch (status) {
    case 400:
      return classifyRefusal(message);
    case 402:
      return 'provider_credentials_exhausted';
    case 403:
      return FOREIGN_THING_MESSAGE.test(message) ? 'provider_rejected_request' : 'provider_credentials_exhausted';
    case 404:
      if (FOREIGN_THING_MESSAGE.test(message)) return 'provider_rejected_request';
      // without such words it is the address that is wrong, not the model
      return MISSING_MODEL_MESSAGE.test(message) ? 'provider_model_not_found' : 'provider_failed';
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
      // Google has also said so of quotas
      return error.status === 'RESOURCE_EXHAUSTED' ? 'provider_rate_limited' : 'provider_overloaded';
    default:
      return status > 400 && status < 499 && status !== 409 ? 'provider_rejected_request' : 'provider_failed';
  }
}

function classifyRefusal(message: string): ErrorCode {
  if (TOO_LARGE_MESSAGE.test(message)) return 'provider_body_too_large';
  if (TOO_LONG_MESSAGE.test(message)) return 'provider_context_length_exceeded';
  return FILTERED_MESSAGE.test(message) ? 'provider_content_filtered' : 'provider_rejected_request';
}

const REQUEST_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'provider_rejected_request',
  'provider_content_filtered',
  'provider_context_length_exceeded',
  'provider_body_too_large',
]);

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
    param: requestFault ? (publicMessage(error.field)?.slice(0, 200) ?? null) : null,
    upstreamCode: publicMessage(error.reason ?? error.status)?.slice(0, 100) ?? null,
    retryAfterMs: retryAfter,
    credentialFault: code === 'provider_credentials_exhausted' && isDead(error, status),
    requestFault,
  };
}
