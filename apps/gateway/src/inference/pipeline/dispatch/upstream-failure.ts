import { type ErrorCode, ERRORS } from '@tollgate/domain';
import type { UpstreamErrorFacts } from '@tollgate/providers';
import { AuthorizationError } from '@tollgate/upstream-authorization';

/** Whether another attempt could end differently. A fault of the request fails everywhere. */
export function isWorthRetrying(facts: UpstreamErrorFacts): boolean {
  if (facts.requestFault) return false;
  switch (facts.code) {
    case 'provider_rate_limited':
    case 'provider_overloaded':
    case 'provider_unreachable':
    case 'provider_failed':
    case 'provider_timed_out':
    case 'provider_invalid_response':
    case 'provider_stream_cut':
    case 'provider_credentials_exhausted':
      return true;
    default:
      return false;
  }
}

export function failureFacts(code: ErrorCode, message: string): UpstreamErrorFacts {
  return {
    code,
    message,
    param: null,
    upstreamCode: null,
    retryAfterMs: null,
    credentialFault: false,
    requestFault: false,
  };
}

export const unreadable = (): UpstreamErrorFacts =>
  failureFacts('provider_invalid_response', 'The answer of the provider could not be read.');

/** A stream whose client has content already ended without its last event, or with its connection. */
export const streamCut = (): UpstreamErrorFacts =>
  failureFacts('provider_stream_cut', 'The provider ended the stream before it was complete.');

/** The proof that a request needs could not be had: because the credential is refused, or because nobody answers. */
export function authorizationFailure(error: unknown): UpstreamErrorFacts {
  if (!(error instanceof AuthorizationError)) return failureFacts('gateway_internal', ERRORS.gateway_internal.message);
  if (error.fault === 'unreachable') {
    return failureFacts('provider_unreachable', 'The provider could not be asked for a token.');
  }
  const code = 'provider_credentials_exhausted';
  return { ...failureFacts(code, ERRORS[code].message), credentialFault: true };
}

/** What an error of the connection means. The error's own text may name hosts and ports, so it is not passed on. */
export function connectionFailure(error: Error): UpstreamErrorFacts {
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    // of requests that are not under the attempt clock
    case 'UND_ERR_HEADERS_TIMEOUT':
      return failureFacts('provider_timed_out', 'The provider did not begin to answer in time.');
    case 'UND_ERR_BODY_TIMEOUT':
      return failureFacts('provider_timed_out', 'The provider stopped answering in the middle.');
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return failureFacts('provider_unreachable', 'The provider could not be reached.');
    default:
      return failureFacts('provider_failed', 'The connection to the provider broke.');
  }
}
