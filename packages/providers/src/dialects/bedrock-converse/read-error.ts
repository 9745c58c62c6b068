import { ERRORS, type ErrorCode } from '@tollgate/domain';

import { isRecord, parseJson } from '../../json.js';
import { publicMessage, type UpstreamErrorFacts, type UpstreamHeaders } from '../../upstream-error.js';
import { retryAfterMs } from '../openai-chat/read-error.js';

const MAX_ERROR_BYTES = 65_536;

/**
 * The status with which each exception comes, for those inside a stream and for servers that say another; source:
 * docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and .../CommonErrors.html.
 */
const STATUSES: Readonly<Record<string, number>> = {
  ValidationException: 400,
  ValidationError: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ModelTimeoutException: 408,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ThrottlingException: 429,
  ServiceQuotaExceededException: 429,
  InternalServerException: 500,
  InternalFailure: 500,
  ServiceUnavailableException: 503,
  ServiceUnavailable: 503,
};
/** The signature or the key is not one that AWS takes: the credential is dead for every request. */
const DEAD_CREDENTIAL = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'ExpiredTokenException',
  'ExpiredToken',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
]);
/** A clock that is off makes a good signature wrong: nothing is told of the credential. */
const CLOCK_MESSAGE = /signature (?:expired|not yet current)/i;
const DEAD_KEY_MESSAGE = /bearer token|api key (?:is )?(?:invalid|not valid|expired)|authentication failed/i;
const TOO_LONG_MESSAGE =
  /input is too long|too many (?:input )?tokens|prompt is too long|maximum context|context (?:length|window|limit)|exceeds? the maximum number of tokens|input length and `?max_tokens|too large for model/i;
const MISSING_MODEL_MESSAGE =
  /model identifier is invalid|invocation of model id|model.*(?:not found|does(?:n't| not) exist|end of its life|not supported in)/i;
const FILTERED_MESSAGE = /content filter|blocked by .*(?:safety|content|guardrail)/i;
/** ARNs hold the number of the account, which also stands alone in messages about rights. */
const ACCOUNT = [/\barn:aws[a-z-]*:[^\s"',)]+/g, /\b\d{12}\b/g];

interface AwsError {
  readonly type: string | null;
  readonly message: string;
}

/** Reads the answer of an upstream that refused or failed. */
export function readErrorResponse(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts {
  const document = parseJson(body.toString('utf8', 0, MAX_ERROR_BYTES));
  const header = headers['x-amzn-errortype'];
  const error = awsError(document, typeof header === 'string' ? header : (header?.[0] ?? null));
  return facts(classify(status, error), error, { status, retryAfter: retryAfterMs(headers, Date.now()) });
}

/** Reads an error inside a stream, or one that came with HTTP 200. */
export function readErrorInside(document: unknown, type: string | null): UpstreamErrorFacts {
  const error = awsError(document, type);
  const status = STATUSES[error.type ?? ''] ?? 500;
  return facts(classify(status, error), error, { status, retryAfter: null });
}

/** The body could not be read as this dialect at all. */
export function unreadable(upstreamCode: string): UpstreamErrorFacts {
  return facts('provider_invalid_response', { type: upstreamCode, message: '' }, { status: 200, retryAfter: null });
}

function awsError(document: unknown, type: string | null): AwsError {
  const body = isRecord(document) ? document : {};
  const message = text(body['message']) ?? text(body['Message']) ?? '';
  return { type: typeName(type ?? text(body['__type']) ?? text(body['code'])), message };
}

/** `com.amazon.coral.service#ThrottlingException:http://…` and, in streams, `throttlingException`. */
function typeName(type: string | null): string | null {
  const name = type?.split(':')[0]?.split('#').at(-1)?.trim() ?? '';
  return name === '' ? null : name.charAt(0).toUpperCase() + name.slice(1);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function classify(status: number, { type, message }: AwsError): ErrorCode {
  if (DEAD_CREDENTIAL.has(type ?? '')) return 'provider_credentials_exhausted';
  switch (STATUSES[type ?? ''] ?? status) {
    case 400:
      if (TOO_LONG_MESSAGE.test(message)) return 'provider_context_length_exceeded';
      if (MISSING_MODEL_MESSAGE.test(message)) return 'provider_model_not_found';
      return FILTERED_MESSAGE.test(message) ? 'provider_content_filtered' : 'provider_rejected_request';
    case 401:
    case 402:
    case 403:
      return 'provider_credentials_exhausted';
    case 404:
      return type === 'ResourceNotFoundException' || MISSING_MODEL_MESSAGE.test(message)
        ? 'provider_model_not_found'
        : 'provider_failed';
    case 408:
    case 504:
      return 'provider_timed_out';
    case 413:
      return 'provider_body_too_large';
    case 424:
      // 424 is the model's own failure, or one that is still being loaded
      return type === 'ModelNotReadyException' ? 'provider_overloaded' : 'provider_failed';
    case 429:
      return type === 'ModelNotReadyException' ? 'provider_overloaded' : 'provider_rate_limited';
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

interface Circumstances {
  readonly status: number;
  readonly retryAfter: number | null;
}

function facts(code: ErrorCode, error: AwsError, { status, retryAfter }: Circumstances): UpstreamErrorFacts {
  const requestFault = REQUEST_FAULTS.has(code);
  return {
    code,
    // an upstream's words on its own failures and on the operator's account are not for clients
    message: requestFault
      ? (publicMessage(withoutAccount(error.message)) ?? ERRORS[code].message)
      : ERRORS[code].message,
    param: null,
    upstreamCode: publicMessage(error.type)?.slice(0, 100) ?? null,
    retryAfterMs: retryAfter,
    credentialFault: isDead(status, error),
    requestFault,
  };
}

/** Rights that are missing for one model leave the credential alive for others: AWS says so with AccessDenied. */
function isDead(status: number, { type, message }: AwsError): boolean {
  if (CLOCK_MESSAGE.test(message)) return false;
  if (status === 401 || DEAD_CREDENTIAL.has(type ?? '')) return true;
  return status === 403 && DEAD_KEY_MESSAGE.test(message);
}

function withoutAccount(message: string): string {
  return ACCOUNT.reduce((left, pattern) => left.replaceAll(pattern, '[account]'), message);
}
