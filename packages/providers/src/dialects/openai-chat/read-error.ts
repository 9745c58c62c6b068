import { ERRORS, type ErrorCode } from '@tollgate/domain';

import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import { publicMessage, type UpstreamErrorFacts, type UpstreamHeaders } from '../../upstream-error.js';

const MAX_ERROR_BYTES = 65_536;

/** Codes by which an upstream says that the credential itself is dead, whatever the status. */
const DEAD_CREDENTIAL = new Set([
  'invalid_api_key',
  'InvalidApiKey',
  'incorrect_api_key_error',
  'wrong_api_key',
  'account_deactivated',
  'invalid_authentication',
  'key_revoked',
]);
/** The account has no money or no right: the credential may work again later, another one may work now. */
const EXHAUSTED = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'insufficient_balance',
  'insufficient_credits',
  'quota_exceeded',
  'exceeded_current_quota_error', // Moonshot
  'Arrearage', // DashScope
  'AccountOverdue',
  'credit_limit_exceeded',
  'payment_required',
]);
/** Said with 429 by some, though the key is within its limits and it is the vendor that has no room. */
const OVERLOADED = new Set(['engine_overloaded_error', 'capacity_exceeded', 'over_capacity', 'overloaded_error']);
const RATE_LIMITED = new Set([
  'Throttling',
  'Throttling.RateQuota',
  'Throttling.AllocationQuota',
  'rate_limit_exceeded',
]);
const FILTERED = new Set([
  'content_filter',
  'content_policy_violation',
  'image_content_policy_violation',
  'bio_policy',
  'moderation_blocked',
  'data_inspection_failed',
  'DataInspectionFailed', // DashScope
  'SAFETY_CHECK_TYPE', // xAI
  'prompt_blocked',
]);
const MISSING_MODEL = new Set([
  'model_not_found',
  'invalid_model',
  'DeploymentNotFound',
  'unknown_model',
  'ModelNotFound',
  'model_not_available',
  'model_not_supported',
  'resource_not_found_error', // Moonshot
]);
const TOO_LONG = new Set([
  'context_length_exceeded',
  'context_window_exceeded',
  'input_too_long',
  'exceed_context_size_error',
  'string_above_max_length',
]);
const TOO_LONG_MESSAGE =
  /maximum (?:context|prompt|input) length|context (?:length|window|size)|prompt (?:is )?too (?:long|large)|too many (?:input )?tokens|range of input length|input token count|reduce the length of the messages|inputs? tokens? \+ `?max_new_tokens|token limit/i;
/** What a client may have referred to, which the account does not have: nothing that is wrong with the deployment. */
const FOREIGN_THING_MESSAGE = /\bwith id\b.{1,200}\bnot found\b|^no such file\b/i;
const MISSING_MODEL_MESSAGE = /\bmodel\b.*\b(?:not found|does not exist|not supported|unknown)\b/i;

/** An error object in any of the shapes that OpenAI-compatible servers use. */
interface ErrorObject {
  readonly message: string | null;
  readonly code: string | null;
  readonly type: string | null;
  readonly param: string | null;
}

type ReadErrorResponse = (status: number, headers: UpstreamHeaders, body: Buffer) => UpstreamErrorFacts;

/** Reads answers of a vendor that says with codes of its own what went wrong. */
export function errorReader(known: Readonly<Record<string, ErrorCode>>): ReadErrorResponse {
  return (status, headers, body) => {
    const text = body.toString('utf8', 0, MAX_ERROR_BYTES);
    const document = parseJson(text);
    const error = document === undefined ? plainText(text) : errorObject(document);
    const code = Object.hasOwn(known, error.code ?? '') ? known[error.code ?? ''] : undefined;
    const read = facts(code ?? classify(status, error), error, retryAfterMs(headers, Date.now()));
    return status === 401 ? { ...read, credentialFault: true } : read;
  };
}

/** Reads the answer of an upstream that refused or failed. */
export const readErrorResponse = errorReader({});

/** Some proxies and engines say what is wrong in plain words; pages of gateways before them say nothing for clients. */
function plainText(text: string): ErrorObject {
  const message = /^\s*</.test(text) ? null : text.trim() || null;
  return { message, code: null, type: null, param: null };
}

/** Reads an error that came with HTTP 200: as the whole answer, as a frame of a stream, or inside one. */
export function readErrorInside(raw: unknown): UpstreamErrorFacts {
  const error = errorObject(isRecord(raw) && 'error' in raw ? raw : { error: raw });
  const status = Number(error.code);
  return facts(classify(status >= 400 && status <= 599 ? status : statusOf(error), error), error, null);
}

function errorObject(document: unknown): ErrorObject {
  const outer = isRecord(document) ? document : {};
  const listed = Array.isArray(outer['errors']) ? (outer['errors'] as unknown[])[0] : undefined; // Cloudflare
  const inner = outer['error'] ?? outer['detail'] ?? listed ?? outer;
  if (typeof inner === 'string')
    return {
      message: inner,
      code: text(outer['code']) ?? text(outer['error_code']),
      type: text(outer['type']),
      param: null,
    };
  const error: JsonRecord = isRecord(inner) ? inner : {};
  const faults = faultsOf(inner, error['message']);
  return {
    message: text(error['message']) ?? validationMessage(faults),
    code: text(error['code']) ?? text(error['error_code']) ?? innerCode(error) ?? text(outer['code']),
    type: text(error['type']) ?? text(error['error_type']),
    param: text(error['param']) ?? (faults.length > 0 ? placeOf(faults[0]) : null),
  };
}

/** FastAPI's list of faults, as the whole, or below a message as Mistral has it. */
function faultsOf(inner: unknown, message: unknown): readonly unknown[] {
  if (Array.isArray(inner)) return inner;
  const nested = isRecord(message) ? message['detail'] : message;
  return Array.isArray(nested) ? nested : [];
}

function validationMessage(faults: readonly unknown[]): string | null {
  if (faults.length === 0) return null;
  return faults
    .map((fault) => (isRecord(fault) ? `${placeOf(fault) ?? ''}: ${text(fault['msg']) ?? 'invalid'}` : ''))
    .join('; ');
}

/** The field at fault, as `messages.0.content`. */
function placeOf(fault: unknown): string | null {
  if (!isRecord(fault) || !Array.isArray(fault['loc'])) return null;
  const place = fault['loc'].map(text).filter((part) => part !== null && part !== 'body');
  return place.length === 0 ? null : place.join('.');
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
  if (says(OVERLOADED)) return 'provider_overloaded';
  if (says(RATE_LIMITED)) return 'provider_rate_limited';
  if (says(TOO_LONG)) return 'provider_context_length_exceeded';
  if (says(MISSING_MODEL)) return 'provider_model_not_found';
  switch (status) {
    case 400:
    case 422:
      return TOO_LONG_MESSAGE.test(message) ? 'provider_context_length_exceeded' : 'provider_rejected_request';
    case 403:
      return 'provider_credentials_exhausted';
    case 404:
      if (MISSING_MODEL_MESSAGE.test(message)) return 'provider_model_not_found';
      // without such words it is the address that is wrong
      return FOREIGN_THING_MESSAGE.test(message) ? 'provider_rejected_request' : 'provider_failed';
    case 408:
    case 504:
    case 524:
      return 'provider_timed_out';
    case 413:
      return TOO_LONG_MESSAGE.test(message) ? 'provider_context_length_exceeded' : 'provider_body_too_large';
    case 429:
      return 'provider_rate_limited';
    case 498: // Groq's flex tier has no room
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

/** `retry-after-ms`, `retry-after` as seconds or as a date, or when a limit that is used up is renewed; at most a day. */
export function retryAfterMs(headers: UpstreamHeaders, nowMs: number): number | null {
  const exact = Number(headerOf(headers, 'retry-after-ms') ?? NaN);
  if (exact >= 0) return bounded(exact);
  const value = headerOf(headers, 'retry-after');
  if (value === null) return renewalMs(headers);
  const seconds = Number(value);
  if (value.trim() !== '' && seconds >= 0) return bounded(seconds * 1000);
  const date = /[a-z]/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? null : bounded(date - nowMs);
}

/** By the limit of which nothing is left: a duration such as `1m2.5s` or `250ms`, or seconds. */
function renewalMs(headers: UpstreamHeaders): number | null {
  for (const kind of ['requests', 'tokens']) {
    const left = headerOf(headers, `x-ratelimit-remaining-${kind}`);
    const reset = headerOf(headers, `x-ratelimit-reset-${kind}`);
    if (left === null || Number(left) > 0 || reset === null) continue;
    const ms = durationMs(reset);
    if (ms !== null) return bounded(ms);
  }
  return null;
}

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function durationMs(text: string): number | null {
  if (/^\d{1,6}(?:\.\d{1,9})?$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[dhms])){1,5}$/.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/([\d.]+)(ms|[dhms])/g))
    total += Number(count) * (UNIT_MS[unit ?? ''] ?? 0);
  return total;
}

const DAY_MS = 86_400_000;
const bounded = (ms: number): number => Math.min(Math.max(Math.ceil(ms), 0), DAY_MS);

function headerOf(headers: UpstreamHeaders, name: string): string | null {
  const value = headers[name];
  if (typeof value === 'string') return value;
  return value?.[0] ?? null;
}
