import type { Crossing } from '../crossing/crossing.js';
import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { StreamDelivery } from '../streaming/stream-delivery.js';
import type { Attempt } from './attempt.js';
import type { AttemptClock } from './attempt-clock.js';
import type { AttemptEnd } from './attempt-end.js';

/** What an attempt is made of, and whom it tells. */
export interface AttemptOptions {
  readonly exchange: Exchange;
  readonly candidate: Candidate;
  readonly crossing: Crossing;
  /** `null` when the client wants one JSON answer. */
  readonly delivery: StreamDelivery | null;
  /** Until the first byte of an answer, time in the queue for a connection included. */
  readonly firstByteTimeoutMs: number;
  /** Between two chunks of the answer. */
  readonly idleTimeoutMs: number;
  /** Until an answer is whole, or a stream has content: bytes that say nothing do not extend it. */
  readonly totalTimeoutMs: number;
  readonly clock: AttemptClock;
  /** The answer begins: from here on this attempt is the answer, and no other can be. */
  onCommit(attempt: Attempt): void;
  onEnd(attempt: Attempt, end: AttemptEnd): void;
  /** An exception that should not have been possible. */
  onDefect(error: unknown): void;
}
