import { ERRORS } from '@tollgate/domain';

import type { ReadUsage } from '../reported-usage.js';
import type { UpstreamErrorFacts } from '../upstream-error.js';

/** An incomplete frame that is longer is held no more. */
export const MAX_REMAINDER_BYTES = 1_048_576;
/** Of what follows the final frame no more is kept. */
export const MAX_DONE_BYTES = 4096;

/** A frame was longer than any that is honest: the stream cannot be read on. */
export const FRAME_TOO_LONG: UpstreamErrorFacts = {
  code: 'provider_invalid_response',
  message: ERRORS.provider_invalid_response.message,
  param: null,
  upstreamCode: 'frame_too_long',
  retryAfterMs: null,
  credentialFault: false,
  requestFault: false,
};

/** How an upstream's stream ended. */
export interface StreamEnd {
  /** The upstream said that this is all: by its final frame, or by a finish reason where a server never sends that. */
  readonly complete: boolean;
  readonly usage: ReadUsage | null;
  readonly servedModel: string | null;
  readonly serviceTier: string | null;
  /** An error inside the stream; its frame was not forwarded unless it came hidden in a frame with content. */
  readonly error: UpstreamErrorFacts | null;
  /** The final frame, held back until what it ends has been recorded; `null` when the upstream sent none. */
  readonly doneFrame: Buffer | null;
  /** About how many bytes of content the client was sent. */
  readonly deliveredCharacters: number;
  readonly finishReasons: readonly string[];
}

/**
 * Takes the bytes of an upstream's stream, cut anywhere, and gives its sink what the client is to be sent: the same
 * frames as they are, or other ones.
 */
export interface StreamForwarder {
  /** Content, reasoning, a refusal or a tool call has arrived: another provider cannot take over any more. */
  readonly committed: boolean;
  /** Whether the upstream's final frame has arrived. */
  readonly done: boolean;
  /** What is wrong so far; once this is set, nothing more is forwarded. */
  readonly error: UpstreamErrorFacts | null;
  push(chunk: Buffer): void;
  /** The upstream's stream is over, in whichever way. Whoever asks again is told the same. */
  end(): StreamEnd;
}

/** What the gateway has to know of an upstream's answer that was not streamed. */
export interface AnswerFacts {
  /** It is an answer of the dialect; `false` for anything else, an error object included. */
  readonly valid: boolean;
  readonly usage: ReadUsage | null;
  readonly servedModel: string | null;
  readonly serviceTier: string | null;
  /** An error that came with a status of success. */
  readonly error: UpstreamErrorFacts | null;
  /** About how many bytes of content the answer holds; exact in characters when no usage was reported. */
  readonly deliveredCharacters: number;
}
