import type { MultipartBody } from '../../multipart/write-multipart.js';
import type { Crossing } from '../crossing/crossing.js';
import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { AttemptClock } from './attempt-clock.js';
import { Attempt } from './attempt.js';
import type { AttemptEnd } from './attempt-end.js';

export interface DispatchLimits {
  /** Until the provider begins to answer a stream. */
  readonly firstTokenTimeoutMs: number;
  /** Between two chunks of an answer. */
  readonly idleTimeoutMs: number;
  /** Until an answer that is not streamed is whole, and until a stream has content. */
  readonly totalTimeoutMs: number;
  readonly clock: AttemptClock;
}

export interface DispatchRequest {
  readonly exchange: Exchange;
  readonly candidate: Candidate;
  readonly crossing: Crossing;
  readonly onEnd: (attempt: Attempt, end: AttemptEnd) => void;
  readonly onDefect: (error: unknown) => void;
}

/** Sends a request to one deployment. */
export function dispatch(order: DispatchRequest, limits: DispatchLimits): void {
  const { exchange, candidate, crossing } = order;
  const { scanned, delivery } = exchange;
  if (scanned === null) throw new Error('dispatch before parse');
  const { upstream } = candidate;
  const payload = crossing.requestBody(exchange, candidate);
  exchange.candidate = candidate;
  exchange.dispatchedMs ??= exchange.elapsedMs();
  const firstByteTimeoutMs = scanned.stream ? limits.firstTokenTimeoutMs : limits.totalTimeoutMs;
  const { onEnd, onDefect } = order;
  const attempt = new Attempt({
    exchange,
    candidate,
    crossing,
    delivery,
    firstByteTimeoutMs,
    idleTimeoutMs: limits.idleTimeoutMs,
    totalTimeoutMs: limits.totalTimeoutMs,
    clock: limits.clock,
    onEnd,
    onDefect,
  });
  exchange.running = attempt;
  const path = crossing.path(candidate, scanned.stream);
  const headers = crossing.requestHeaders(exchange, candidate);
  const { origin, dispatcher, authorizer } = upstream;
  const send = (signed: readonly string[]): void => {
    const body = Buffer.isBuffer(payload) ? payload : payload.read();
    dispatcher.dispatch({ origin, path, method: 'POST', headers: signed as string[], body }, attempt);
  };
  const proven =
    authorizer === null
      ? headers
      : authorizer.headersFor({ method: 'POST', origin, path, headers, body: signedPart(payload) });
  if (!(proven instanceof Promise)) return send(proven);
  proven
    // whoever asked may have left while a token was minted
    .then((signed) => (attempt.isOver ? undefined : send(signed)))
    .catch((error: unknown) => attempt.notSent(error));
}

/** No upstream that wants its requests signed takes forms. */
function signedPart(payload: Buffer | MultipartBody): Buffer {
  return Buffer.isBuffer(payload) ? payload : Buffer.alloc(0);
}
