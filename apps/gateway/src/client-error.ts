import { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { ERRORS, type ErrorCode, newRequestId } from '@tollgate/domain';

import { inferenceError, openAiErrorBody } from './inference/inference-error.js';
import { errorShapeFor } from './inference/surfaces/client-family.js';

/**
 * Answers what Node's HTTP parser refuses, before there is a request: a flood of headers, broken framing, headers that
 * never end. Everything else has its own handler.
 */
export function answerClientError(error: Error & { code?: string }, socket: Duplex): void {
  const answer = answerOf(socket);
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || answer?.headersSent === true) {
    socket.destroy();
    return;
  }
  const code = codeOf(error.code);
  const message = code === 'caller_invalid_request' ? 'The request is not valid HTTP.' : ERRORS[code].message;
  const requestId = newRequestId(Date.now()).public;
  const failure = inferenceError(code, { message });
  const isRead = answer?.req instanceof IncomingMessage;
  const body = isRead ? errorShapeFor(answer.req).errorBody(failure, requestId) : openAiErrorBody(failure, requestId);
  socket.end(
    `HTTP/1.1 ${ERRORS[code].status} ${REASONS[ERRORS[code].status] ?? 'Error'}\r\n` +
      `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `x-request-id: ${requestId}\r\nx-should-retry: false\r\nconnection: close\r\n\r\n${body}`,
    // a peer that never closes its side would keep the socket for ever
    () => socket.destroy(),
  );
}

/**
 * What is being answered on this connection, where the head of a request has been read; Node looks here itself. When it has
 * begun, nothing may be written into it.
 */
function answerOf(socket: Duplex): { readonly headersSent?: unknown; readonly req?: unknown } | null {
  const message: unknown = '_httpMessage' in socket ? socket._httpMessage : null;
  return typeof message === 'object' ? message : null;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function codeOf(nodeCode: string | undefined): ErrorCode {
  if (nodeCode === 'HPE_HEADER_OVERFLOW') return 'caller_headers_too_large';
  if (nodeCode === 'ERR_HTTP_REQUEST_TIMEOUT') return 'caller_body_too_slow';
  return 'caller_invalid_request';
}
