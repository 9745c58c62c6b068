import { ERRORS } from '@tollgate/domain';

import type { WritableError } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';

/** The types under which Anthropic's API files its errors; source: platform.claude.com/docs/en/api/errors. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** An error in the shape that Anthropic's SDKs understand, as a body or as the data of an `error` event. */
export function writeErrorBody({ code, message, param, requestId }: WritableError): JsonRecord {
  const { status } = ERRORS[code];
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const said = code === 'provider_context_length_exceeded' ? tooLong(message) : message;
  const named = param === null || said.includes(param) ? said : `${param}: ${said}`;
  return { type: 'error', error: { type, message: named }, request_id: requestId };
}

/** Anthropic has no code for it: agents that shorten a conversation and go on look for these words. */
function tooLong(message: string): string {
  return /prompt is too long/i.test(message) ? message : `prompt is too long: ${message}`;
}
