import type { ServerResponse } from 'node:http';

import { newRequestId } from '@tollgate/domain';

import { type InferenceError, openAiErrorBody, retryHeaders } from '../inference-error.js';

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

export function answerError(
  response: ServerResponse,
  error: InferenceError,
  headers: Record<string, string> = {},
): void {
  const requestId = newRequestId(Date.now()).public;
  const body = openAiErrorBody(error, requestId);
  response.writeHead(error.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    ...retryHeaders(error),
    ...headers,
  });
  response.end(body);
}
