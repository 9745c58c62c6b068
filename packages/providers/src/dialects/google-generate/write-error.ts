import { ERRORS } from '@tollgate/domain';

import type { WritableError } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';

/** Google's word for each status; source: cloud.google.com/apis/design/errors. */
const WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  429: 'RESOURCE_EXHAUSTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
const TYPE = 'type.googleapis.com/google.rpc.';

/** An error in the shape that Google's SDKs understand, as a body or as an object of a stream. */
export function writeErrorBody({ code, message, param, requestId }: WritableError): JsonRecord {
  const { status } = ERRORS[code];
  const details: JsonRecord[] = [{ '@type': `${TYPE}ErrorInfo`, reason: code.toUpperCase(), domain: 'tollgate' }];
  if (param !== null) {
    const violation = { field: param, description: message };
    details.push({ '@type': `${TYPE}BadRequest`, fieldViolations: [violation] });
  }
  if (requestId !== null) details.push({ '@type': `${TYPE}RequestInfo`, requestId });
  const word = WORDS[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: status, message, status: word, details } };
}
