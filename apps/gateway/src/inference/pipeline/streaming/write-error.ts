import { ERRORS } from '@tollgate/domain';

import { endWhenSent } from '../../end-when-sent.js';
import { type InferenceError, retryHeaders } from '../../inference-error.js';
import type { Exchange } from '../exchange.js';
import { rateHeaders } from './rate-headers.js';

/** Answers with an error instead of a completion, in the client's dialect. */
export function refuse(exchange: Exchange, error: InferenceError): void {
  const { response, request, surface } = exchange;
  if (response.headersSent || response.destroyed) return;
  const body = surface.errorBody(error, exchange.id.public);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': exchange.id.public,
    ...retryHeaders(error),
  };
  if (exchange.rates !== null) {
    const rates = rateHeaders(exchange.rates);
    for (let i = 0; i < rates.length; i += 2) headers[rates[i] as string] = rates[i + 1] as string;
  }
  if (surface.requestIdHeader !== null) headers[surface.requestIdHeader] = exchange.id.public;
  // the rest of a body that nobody reads would be taken for the next request
  if (!request.complete) headers['connection'] = 'close';
  if (ERRORS[error.code].status === 401) headers['www-authenticate'] = 'Bearer';
  response.writeHead(error.status, headers);
  endWhenSent(request, response, body);
}

/** Browsers throw away what a page has not read yet of an answer whose connection breaks: the event with the reason too. */
const READ_WITHIN_MS = 250;

/** Ends a stream that has begun: an error event, then an abnormal end, so that it can not pass for a complete answer. */
export function breakStream(exchange: Exchange, error: InferenceError): void {
  const { framing, response, surface } = exchange;
  if (response.destroyed) return;
  // bytes of sound with words in them would be played
  const frame = exchange.streamType === null ? surface.errorFrame(error, exchange.id.public) : Buffer.alloc(0);
  response.write(framing?.write(frame) ?? frame, () => {
    setTimeout(() => response.destroy(), READ_WITHIN_MS);
  });
}
