import { ERRORS, type ErrorCode } from '@tollgate/domain';

import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import { publicMessage, type UpstreamErrorFacts, type UpstreamHeaders } from '../../upstream-error.js';

const MAX_ERROR_BYTES = 65_536;

/** Codes by which an upstream says that the credential itself is dead, whatever the status. */
const DEAD_CREDENTIAL = new Set(['invalid_api_key', 'account_deactivated', 'invalid_authentication', 'key_revoked']);
/** The account has no money or no right: the credential may work again later, another one may work now. */
const EXHAUSTED = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'insufficient_balance',
  'insufficient_credits',
  'quota_exceeded',
]);
const FILTERED = new Set([
  'content_filter',
  'content_policy_violation',
  'image_content_policy_violation',
  'bio_policy',
  'moderation_blocked',
  'data_inspection_failed',
]);
const MISSING_MODEL = new Set(['model_not_found', 'invalid_model', 'DeploymentNotFound', 'unknown_model']);
const TOO_LONG = new Set(['context_length_exceeded', 'exceed_context_size_error', 'string_above_max_length']);
const TOO_LONG_MESSAGE =
  /maximum context length|context (?:length|window|size)|prompt is too long|too many (?:input )?tokens/i;
const MISSING_MODEL_MESSAGE = /\bmodel\b.*\b(?:not found|does not exist|not supported|unknown)\b/i;

/** An error object in any of the shapes that OpenAI-compatible servers use. */
interface ErrorObject {
  readonly message: string | null;
  readonly code: string | null;
  readonly type: string | null;
  readonly param: string | null;
}

/** Reads the answer of an upstream that refused or failed. */
export function readErrorResponse(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts {
  const error = errorObject(parseJson(body.toString('utf8', 0, MAX_ERROR_BYTES)));
  const read = facts(classify(status, error), error, retryAfterMs(headers, Date.now()));
  return status === 401 ? { ...read, credentialFault: true } : read;
}

/** Reads an error that came with HTTP 200: as the whole answer, as a frame of a stream, or inside one. */
export function readErrorInside(raw: unknown): UpstreamErrorFacts {
  const error = errorObject(isRecord(raw) && 'error' in raw ? raw : { error: raw });
  const status = Number(error.code);
  return facts(classify(status >= 400 && status <= 599 ? status : statusOf(error), error), error, null);
}

function errorObject(document: unknown): ErrorObject {
  const outer = isRecord(document) ? document : {};
  const inner = outer['error'] ?? outer['detail'] ?? outer;
  if (typeof inner === 'string')
    return { message: inner, code: text(outer['code']), type: text(outer['type']), param: null };
  const error: JsonRecord = isRecord(inner) ? inner : {};
  return {
    message: text(error['message']) ?? validationMessage(inner),
    code: text(error['code']) ?? innerCode(error),
    type: text(error['type']),
    param: text(error['param']),
  };
}

/** FastAPI's list of what is wrong with which field. */
function validationMessage(detail: unknown): string | null {
  if (!Array.isArray(detail)) return null;
  const lines = detail.map((item: unknown) => {
    if (!isRecord(item)) return '';
    const place = Array.isArray(item['loc'])
      ? item['loc'].map(text).filter((part) => part !== null && part !== 'body')
      : [];
    return `${place.join('.')}: ${text(item['msg']) ?? 'invalid'}`;
  });
  return lines.join('; ');
}

function innerCode(error: JsonRecord): string | null {
  const inner = error['innererror'];
  return isRecord(inner) && inner['code'] === 'ResponsibleAIPolicyViolation' ? 'content_filter' : null;
}

function text(value: unknown): string | null {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : null;
}

/** The status that an error without one would have had. */
function statusOf(error: ErrorObject): number {
  const kind = `${error.type ?? ''} ${error.code ?? ''}`.toLowerCase();
  if (kind.includes('rate_limit')) return 429;
  if (/overloaded|over_capacity|unavailable/.test(kind)) return 503;
  if (/auth/.test(kind)) return 401;
  if (/timeout/.test(kind)) return 504;
  if (/invalid_request|bad_?request/.test(kind)) return 400;
  return 500;
}

function classify(status: number, error: ErrorObject): ErrorCode {
  const codes = [error.code ?? '', error.type ?? ''];
  const says = (set: ReadonlySet<string>): boolean => codes.some((code) => set.has(code));
  const message = error.message ?? '';
  if (status === 401 || status === 402 || says(DEAD_CREDENTIAL) || says(EXHAUSTED))
    return 'provider_credentials_exhausted';
  if (says(FILTERED) || (status === 403 && /flagged|moderation/i.test(message))) return 'provider_content_filtered';
  if (says(TOO_LONG)) return 'provider_context_length_exceeded';
  if (says(MISSING_MODEL)) return 'provider_model_not_found';
  switch (status) {
    case 400:
    case 422:
      return TOO_LONG_MESSAGE.test(message) ? 'provider_context_length_exceeded' : 'provider_rejected_request';
    case 403:
      return 'provider_credentials_exhausted';
    case 404:
      // without such words it is the address that is wrong, not the model
      return MISSING_MODEL_MESSAGE.test(message) ? 'provider_model_not_found' : 'provider_failed';
    case 408:
    case 504:
    case 524:
      return 'provider_timed_out';
    case 413:
      return TOO_LONG_MESSAGE.test(message) ? 'provider_context_length_exceeded' : 'provider_body_too_large';
    case 429:
      return 'provider_rate_limited';
    case 503:
    case 529:
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

function facts(code: ErrorCode, error: ErrorObject, retryAfter: number | null): UpstreamErrorFacts {
  const requestFault = REQUEST_FAULTS.has(code);
  const upstreamCode = publicMessage(error.code ?? error.type)?.slice(0, 100) ?? null;
  // an upstream's words on its own failures and on the operator's account are not for clients
  const message = requestFault ? (publicMessage(error.message) ?? ERRORS[code].message) : ERRORS[code].message;
  return {
    code,
    message,
    param: requestFault ? (publicMessage(error.param)?.slice(0, 200) ?? null) : null,
    upstreamCode,
    retryAfterMs: retryAfter,
    credentialFault: code === 'provider_credentials_exhausted' && isDead(error),
    requestFault,
  };
}

function isDead(error: ErrorObject): boolean {
  return DEAD_CREDENTIAL.has(error.code ?? '') || DEAD_CREDENTIAL.has(error.type ?? '');
}

/** `retry-after-ms`, or `retry-after` as seconds or as a date; at most a day. */
export function retryAfterMs(headers: UpstreamHeaders, nowMs: number): number | null {
  const exact = Number(headerOf(headers, 'retry-after-ms') ?? NaN);
  if (exact >= 0) return bounded(exact);
  const value = headerOf(headers, 'retry-after');
  if (value === null) return null;
  const seconds = Number(value);
  if (value.trim() !== '' && seconds >= 0) return bounded(seconds * 1000);
  const date = /[a-z]/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? null : bounded(date - nowMs);
}

const DAY_MS = 86_400_000;
const bounded = (ms: number): number => Math.min(Math.max(Math.ceil(ms), 0), DAY_MS);

function headerOf(headers: UpstreamHeaders, name: string): string | null {
  const value = headers[name];
  if (typeof value === 'string') return value;
  return value?.[0] ?? null;
}
