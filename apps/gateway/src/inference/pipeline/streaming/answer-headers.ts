import type { Exchange } from '../exchange.js';
import { rateHeaders } from './rate-headers.js';

const MAX_DROPPED_CHARACTERS = 1000;

/** The headers of an answer, as the flat list that `writeHead` takes fastest. Our own, none of the upstream's. */
export function answerHeaders(exchange: Exchange, contentType: string, contentLength: number | null): string[] {
  const headers = [
    'content-type',
    contentType,
    'x-request-id',
    exchange.id.public,
    'x-tollgate-attempts',
    String(exchange.attempts.length + exchange.running.length || 1),
    'x-tollgate-route-reason',
    exchange.routeReason,
  ];
  if (exchange.candidate !== null) headers.push(...exchange.candidate.answerHeaders);
  const { dropped, rates, surface } = exchange;
  if (rates !== null) headers.push(...rateHeaders(rates));
  if (dropped.length > 0) headers.push('x-tollgate-dropped', droppedHeader(dropped));
  const { requestIdHeader } = surface;
  if (requestIdHeader !== null) headers.push(requestIdHeader, exchange.id.public);
  if (contentLength === null) headers.push('cache-control', 'no-cache', 'x-accel-buffering', 'no');
  else headers.push('content-length', String(contentLength));
  return headers;
}

/** The client's own names, which may hold anything. */
function droppedHeader(dropped: readonly string[]): string {
  const names = dropped.map((name) => name.replaceAll(/[^\x21-\x2b\x2d-\x7e]/g, '?'));
  return names.join(', ').slice(0, MAX_DROPPED_CHARACTERS);
}
