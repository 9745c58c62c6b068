import type { MultipartBody } from '../../multipart/write-multipart.js';
import type { Crossing } from '../crossing/crossing.js';
import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { StreamDelivery } from '../streaming/stream-delivery.js';
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
  /** Where a stream goes; `null` where nobody reads one. */
  readonly delivery: StreamDelivery | null;
  readonly onCommit: (attempt: Attempt) => void;
  readonly onEnd: (attempt: Attempt, end: AttemptEnd) => void;
  readonly onDefect: (error: unknown) => void;
}

/** Sends a request to one deployment. */
export function dispatch(order: DispatchRequest, limits: DispatchLimits): Attempt {
  const { exchange, candidate, crossing, delivery } = order;
  const { scanned } = exchange;
  if (scanned === null) throw new Error('dispatch before parse');
  const { upstream } = candidate;
  const payload = crossing.requestBody(exchange, candidate);
  exchange.candidate = candidate;
  exchange.dispatchedMs ??= exchange.elapsedMs();
  const definition = exchange.route?.definition;
  const totalTimeoutMs = definition?.totalTimeoutMs ?? limits.totalTimeoutMs;
  const firstTokenTimeoutMs = definition?.firstTokenTimeoutMs ?? limits.firstTokenTimeoutMs;
  const firstByteTimeoutMs = scanned.stream ? firstTokenTimeoutMs : totalTimeoutMs;
  const { onCommit, onEnd, onDefect } = order;
  const attempt = new Attempt({
    exchange,
    candidate,
    crossing,
    delivery,
    firstByteTimeoutMs,
    idleTimeoutMs: limits.idleTimeoutMs,
    totalTimeoutMs,
    clock: limits.clock,
    onCommit,
    onEnd,
    onDefect,
  });
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
  if (!(proven instanceof Promise)) {
    send(proven);
    return attempt;
  }
  proven
    // whoever asked may have left while a token was minted
    .then((signed) => (attempt.isOver ? undefined : send(signed)))
    .catch((error: unknown) => attempt.notSent(error));
  return attempt;
}

/** No upstream that wants its requests signed takes forms. */
function signedPart(payload: Buffer | MultipartBody): Buffer {
  return Buffer.isBuffer(payload) ? payload : Buffer.alloc(0);
}
