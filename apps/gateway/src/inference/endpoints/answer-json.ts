import type { ServerResponse } from 'node:http';

import { newRequestId } from '@tollgate/domain';

import { endWhenSent } from '../end-when-sent.js';
import { type InferenceError, retryHeaders } from '../inference-error.js';
import { errorShapeFor } from '../surfaces/client-family.js';

/** Answers an operation that is not inference: no exchange, no event, but a request id on everything. */
export function answerJson(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': newRequestId(Date.now()).public,
  });
  response.end(body);
}

/** Answers with an error, in the shape of the client's dialect as far as its request shows one. */
export function answerError(
  response: ServerResponse,
  error: InferenceError,
  headers: Record<string, string> = {},
): void {
  const requestId = newRequestId(Date.now()).public;
  const { errorBody, requestIdHeader } = errorShapeFor(response.req);
  const body = errorBody(error, requestId);
  response.writeHead(error.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    ...(requestIdHeader !== null && { [requestIdHeader]: requestId }),
    ...retryHeaders(error),
    ...headers,
  });
  endWhenSent(response.req, response, body);
}
