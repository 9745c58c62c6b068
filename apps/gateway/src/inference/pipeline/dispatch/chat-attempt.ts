import { type ErrorCode } from '@tollgate/domain';
import {
  ChatStreamForwarder,
  type ChatCompletionFacts,
  readChatCompletion,
  type StreamEnd,
  type UpstreamErrorFacts,
} from '@tollgate/providers';
import type { Dispatcher } from 'undici';

import type { Exchange, RunningAttempt } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import type { StreamDelivery } from '../streaming/stream-delivery.js';
import { connectionFailure, failureFacts } from './upstream-failure.js';

/** More than this no model answers; an upstream that sends more is cut off. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
/** How long an upstream that bills on is drained after the client has left. */
const DRAIN_MS = 30_000;

/** How an attempt ended; exactly one of these is reported. */
export type AttemptEnd =
  | {
      readonly kind: 'completion';
      readonly body: Buffer;
      readonly contentType: string;
      readonly facts: ChatCompletionFacts;
    }
  | { readonly kind: 'stream'; readonly stream: StreamEnd }
  | { readonly kind: 'cut'; readonly stream: StreamEnd; readonly facts: UpstreamErrorFacts }
  | { readonly kind: 'failed'; readonly facts: UpstreamErrorFacts; readonly stream: StreamEnd | null }
  | { readonly kind: 'abandoned'; readonly stream: StreamEnd | null; readonly drained: boolean };

export interface AttemptOptions {
  readonly exchange: Exchange;
  readonly candidate: Candidate;
  /** `null` when the client wants one JSON answer. */
  readonly delivery: StreamDelivery | null;
  readonly withholdUsage: boolean;
  onEnd(attempt: ChatAttempt, end: AttemptEnd): void;
}

/**
 * One try of one request against one deployment: the handler of undici's dispatch, which is the cheapest way to talk
 * HTTP in Node. It translates bytes and events into exactly one {@link AttemptEnd} and decides nothing.
 */
export class ChatAttempt implements Dispatcher.DispatchHandler, RunningAttempt {
  private controller: Dispatcher.DispatchController | null = null;
  private forwarder: ChatStreamForwarder | null = null;
  private chunks: Buffer[] = [];
  private bytes = 0;
  private headers: Record<string, string | string[] | undefined> = {};
  private drainTimer: NodeJS.Timeout | null = null;
  private ended = false;
  private draining = false;
  status = 0;
  readonly startedMs: number;

  constructor(private readonly options: AttemptOptions) {
    this.startedMs = options.exchange.elapsedMs();
  }

  get candidate(): Candidate {
    return this.options.candidate;
  }

  clientLeft(): void {
    if (this.ended) return;
    if (this.options.candidate.provider.billsAfterDisconnect === 'continues' && this.status === 200) {
      this.draining = true;
      this.drainTimer = setTimeout(() => this.abandon(), DRAIN_MS);
      this.controller?.resume();
    } else {
      this.abandon();
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.ended) controller.abort(new Error('the client has left'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    this.headers = headers;
    const { delivery, withholdUsage } = this.options;
    if (status === 200 && delivery !== null && this.contentType().startsWith('text/event-stream')) {
      this.forwarder = new ChatStreamForwarder({ withholdUsage }, (bytes) => {
        if (!this.draining) delivery.write(bytes);
      });
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    if (this.forwarder === null) this.collect(chunk);
    else this.forward(this.forwarder, controller, chunk);
  }

  onResponseEnd(): void {
    if (this.ended) return;
    if (this.forwarder !== null) this.finishStream(this.forwarder.end());
    else this.finishCollected(this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.ended) this.failWith(connectionFailure(error));
  }

  private forward(forwarder: ChatStreamForwarder, controller: Dispatcher.DispatchController, chunk: Buffer): void {
    forwarder.push(chunk);
    const { delivery, exchange } = this.options;
    if (delivery === null) return;
    if (forwarder.error !== null) {
      this.failWith(forwarder.error, forwarder.end());
      controller.abort(new Error('the stream carried an error'));
      return;
    }
    if (forwarder.committed && !delivery.committed && !this.draining) {
      exchange.firstTokenMs ??= exchange.elapsedMs();
      delivery.commit();
    }
    if (delivery.blocked && !this.draining) this.waitForClient(controller, delivery);
    // some servers keep the connection open after their last frame; the client need not wait for that
    if (forwarder.done) this.finishStream(forwarder.end());
  }

  private waitForClient(controller: Dispatcher.DispatchController, delivery: StreamDelivery): void {
    delivery.blocked = false;
    controller.pause();
    this.options.exchange.response.once('drain', () => controller.resume());
  }

  private collect(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > (this.status === 200 ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES)) {
      if (this.status !== 200) return; // enough of an error to understand it
      this.failWith(failureFacts('provider_invalid_response', 'The answer of the provider is too large.'));
      this.controller?.abort(new Error('answer too large'));
      return;
    }
    this.chunks.push(chunk);
  }

  private finishStream(stream: StreamEnd): void {
    if (this.draining) return this.end({ kind: 'abandoned', stream, drained: true });
    if (stream.error !== null) return this.failWith(stream.error, stream);
    if (!stream.complete) {
      return this.failWith(
        failureFacts('provider_stream_cut', 'The provider ended the stream before it was complete.'),
        stream,
      );
    }
    this.end({ kind: 'stream', stream });
  }

  private finishCollected(body: Buffer): void {
    const { provider } = this.options.candidate;
    if (this.status < 200 || this.status > 299) {
      return this.failWith(provider.readError(this.status, this.headers, body));
    }
    const facts = readChatCompletion(body);
    if (facts.error !== null) return this.failWith(facts.error);
    const encoded = this.headers['content-encoding'] ?? 'identity';
    if (!facts.valid || encoded !== 'identity' || this.options.delivery !== null) {
      return this.failWith(failureFacts('provider_invalid_response', 'The answer of the provider could not be read.'));
    }
    this.end({ kind: 'completion', body, contentType: this.contentType(), facts });
  }

  private failWith(facts: UpstreamErrorFacts, ended?: StreamEnd): void {
    const stream = ended ?? this.forwarder?.end() ?? null;
    if (this.draining) return this.end({ kind: 'abandoned', stream, drained: true });
    if (stream !== null && this.options.delivery?.committed === true) this.end({ kind: 'cut', stream, facts });
    else this.end({ kind: 'failed', facts, stream });
  }

  private abandon(): void {
    this.end({ kind: 'abandoned', stream: this.forwarder?.end() ?? null, drained: false });
    this.controller?.abort(new Error('the client has left'));
  }

  private end(end: AttemptEnd): void {
    if (this.ended) return;
    this.ended = true;
    if (this.drainTimer !== null) clearTimeout(this.drainTimer);
    this.note(errorCodeOf(end));
    this.options.onEnd(this, end);
  }

  private note(errorCode: ErrorCode | null): void {
    const { exchange, candidate } = this.options;
    const { deploymentId, provider, upstreamModel } = candidate.target;
    exchange.attempts.push({
      deploymentId,
      provider,
      upstreamModel,
      status: this.status,
      errorCode,
      startedMs: this.startedMs,
      endedMs: exchange.elapsedMs(),
    });
  }

  private contentType(): string {
    const value = this.headers['content-type'];
    return (Array.isArray(value) ? value[0] : value) ?? 'application/json';
  }
}

function errorCodeOf(end: AttemptEnd): ErrorCode | null {
  return end.kind === 'failed' || end.kind === 'cut' ? end.facts.code : null;
}
