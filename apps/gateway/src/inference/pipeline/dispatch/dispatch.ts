import { type ChatRequestEdits, spliceChatRequest } from '@tollgate/providers';

import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import { type AttemptEnd, ChatAttempt } from './chat-attempt.js';

export interface DispatchLimits {
  /** Until the provider begins to answer a stream. */
  readonly firstTokenTimeoutMs: number;
  /** Between two chunks of an answer. */
  readonly idleTimeoutMs: number;
  /** Until an answer that is not streamed is whole, and until a stream has content. */
  readonly totalTimeoutMs: number;
}

export interface DispatchRequest {
  readonly exchange: Exchange;
  readonly candidate: Candidate;
  readonly onEnd: (attempt: ChatAttempt, end: AttemptEnd) => void;
  readonly onDefect: (error: unknown) => void;
}

/**
 * Sends a request to one deployment. The client's bytes travel on; only the model's name, the request for usage and a
 * cap on the output that we impose are spliced in. The body of the client is not changed, so that it can be sent again.
 */
export function dispatchChat(order: DispatchRequest, limits: DispatchLimits): void {
  const { exchange, candidate } = order;
  const { body, scanned, delivery } = exchange;
  if (body === null || scanned === null) throw new Error('dispatch before parse');
  const { provider, target, upstream } = candidate;
  const spliced = spliceChatRequest(body, scanned, {
    model: target.upstreamModel,
    forceUsage: scanned.stream && provider.forcesUsage,
    maxOutput: outputCap(exchange, candidate),
  });
  exchange.candidate = candidate;
  exchange.dispatchedMs ??= exchange.elapsedMs();
  const firstByteTimeoutMs = scanned.stream ? limits.firstTokenTimeoutMs : limits.totalTimeoutMs;
  const { onEnd, onDefect } = order;
  const withholdUsage = !scanned.includeUsage;
  const attempt = new ChatAttempt({
    exchange,
    candidate,
    delivery,
    withholdUsage,
    firstByteTimeoutMs,
    totalTimeoutMs: limits.totalTimeoutMs,
    onEnd,
    onDefect,
  });
  exchange.running = attempt;
  upstream.dispatcher.dispatch(
    {
      origin: upstream.origin,
      path: upstream.chatPath,
      method: 'POST',
      headers: upstream.headers as string[],
      body: spliced,
      headersTimeout: firstByteTimeoutMs,
      bodyTimeout: limits.idleTimeoutMs,
    },
    attempt,
  );
  attempt.handedOver();
}

/**
 * The cap on the output that is spliced in: ours, when the caller gave none; or the caller's own under the name that
 * the model takes, because a cap that the model does not know would hold nothing.
 */
function outputCap(
  { imposedOutputCap, principal, scanned }: Exchange,
  candidate: Candidate,
): ChatRequestEdits['maxOutput'] {
  const field = candidate.provider.outputCapField(candidate.target.upstreamModel);
  if (imposedOutputCap !== null) return { field, value: imposedOutputCap };
  if (principal?.hasBudget !== true || scanned === null || scanned.maxOutputTokens === null) return null;
  const { max_tokens: older, max_completion_tokens: newer } = scanned.spans;
  const isPlain = scanned.maxOutputField === field && (older === null || newer === null);
  return isPlain ? null : { field, value: scanned.maxOutputTokens };
}
