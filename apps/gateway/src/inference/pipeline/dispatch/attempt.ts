import type { AttemptRecord, ErrorCode } from '@tollgate/domain';
import type { AnswerFacts, StreamEnd, StreamForwarder, UpstreamErrorFacts } from '@tollgate/providers';
import type { RunningAttempt } from '@tollgate/routing';
import type { Dispatcher } from 'undici';

import type { Candidate } from '../routing/route.js';
import type { StreamDelivery } from '../streaming/stream-delivery.js';
import { CLIENT_STALL_MS, DRAIN_MS, LINGER_MS, MAX_ANSWER_BYTES, MAX_ERROR_BYTES } from './attempt-bounds.js';
import type { Timed } from './attempt-clock.js';
import { type AttemptEnd, errorCodeOf, NOTHING_KNOWN } from './attempt-end.js';
import type { AttemptOptions } from './attempt-options.js';
import { isEventStream, looksLikeStream } from './answer-form.js';
import { ContentDecoder, encodingOf } from './content-decoder.js';
import { authorizationFailure, connectionFailure, failureFacts, streamCut, unreadable } from './upstream-failure.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * One try of one request against one deployment: the handler of undici's dispatch, which is the cheapest way to talk
 * HTTP in Node. It translates bytes and events into exactly one {@link AttemptEnd} and decides nothing. What undici
 * calls must not throw: undici would swallow it, and the request would hang.
 */
export class Attempt implements Dispatcher.DispatchHandler, Timed {
  private controller: Dispatcher.DispatchController | null = null;
  private forwarder: StreamForwarder | null = null;
  /** Undecodes what came encoded although nobody asked for it; `null` mostly. */
  private decoder: ContentDecoder | null = null;
  private begun = false;
  private chunks: Buffer[] = [];
  private bytes = 0;
  private headers: Record<string, string | string[] | undefined> = {};
  /** Whichever of the rare waits is on: for a client that does not read, for the end of a drain or of a connection. */
  private timer: NodeJS.Timeout | null = null;
  private paused = false;
  private ended = false;
  private draining = false;
  private hasLost = false;
  private said: AttemptRecord | null = null;
  /** The upstream's answer is over, for whatever reason. */
  private closed = false;
  status = 0;
  dueAt: number;
  position = -1;
  readonly startedMs: number;
  /** What its deployment's health learns from it. */
  readonly trial: RunningAttempt;

  constructor(private readonly options: AttemptOptions) {
    this.startedMs = options.exchange.elapsedMs();
    this.dueAt = options.clock.in(options.firstByteTimeoutMs);
    options.clock.watch(this);
    this.trial = options.candidate.health.begin(performance.now());
  }

  get isOver(): boolean {
    return this.ended;
  }

  get candidate(): Candidate {
    return this.options.candidate;
  }

  get delivery(): StreamDelivery | null {
    return this.options.delivery;
  }

  /** Its times are those of an organization's own route. */
  get isTenantsTime(): boolean {
    return this.options.exchange.route?.hasTenantsTimes === true;
  }

  /** Another attempt has become the answer. */
  get lost(): boolean {
    return this.hasLost;
  }

  /** What is kept of it; there once it has ended. */
  get record(): AttemptRecord {
    if (this.said === null) throw new Error('an attempt is told of when it has ended');
    return this.said;
  }

  /** Another attempt is the answer: this one ends as it would if its client had left. */
  lose(): void {
    this.hasLost = true;
    this.clientLeft();
  }

  /** Its client is gone: stops the upstream, or drains it when it would bill on regardless. */
  clientLeft(): void {
    if (this.ended) return;
    const { provider, target } = this.options.candidate;
    if (provider.billsAfterDisconnect(target.upstreamModel) === 'continues') {
      this.draining = true;
      this.wait(DRAIN_MS, () => this.abandon());
      this.resume();
    } else {
      this.abandon();
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.ended) controller.abort(new Error('the attempt has ended'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.ended) return;
    this.expectMore();
    this.status = status;
    this.headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    this.expectMore();
    this.safely(() => {
      if (this.isOverdue()) return this.tooLate('did not answer in time');
      if (!this.begun) this.begin(chunk);
      if (this.decoder === null) return this.take(controller, chunk);
      const goesOn = this.decoder.write(chunk, () => {
        if (!this.paused) controller.resume();
      });
      if (!goesOn) controller.pause();
    });
  }

  onResponseEnd(): void {
    this.closed = true;
    if (this.ended) return this.stopWaiting();
    this.safely(() => {
      if (this.decoder === null) this.finish();
      else this.decoder.end();
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.closed = true;
    if (this.ended) this.stopWaiting();
    else
      this.safely(() =>
        this.failWith(this.options.delivery?.committed === true ? streamCut() : connectionFailure(error)),
      );
  }

  /** What throws in here is a defect of ours, or an answer that our readers did not expect to be possible. */
  private safely(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.options.onDefect(error);
      const facts = unreadable();
      const stream = this.options.delivery?.committed === true ? NOTHING_KNOWN : null;
      this.end(stream === null ? { kind: 'failed', facts, stream } : { kind: 'cut', stream, facts });
      this.abortUpstream('the answer could not be read');
    }
  }

  /** With the first bytes it shows in which form the answer comes, whatever was asked for and its headers say. */
  private begin(chunk: Buffer): void {
    this.begun = true;
    const encoding = encodingOf(this.header('content-encoding'), chunk);
    const { controller } = this;
    const decoder = ContentDecoder.of(encoding, {
      onData: (decoded) => {
        if (!this.ended && controller !== null) this.safely(() => this.take(controller, decoded));
      },
      onEnd: () => {
        if (!this.ended) this.safely(() => this.finish());
      },
      onBroken: () => {
        if (this.ended) return;
        this.safely(() => this.failWith(unreadable()));
        this.abortUpstream('the answer is not encoded as it says');
      },
    });
    if (decoder === undefined) {
      this.failWith(unreadable());
      this.abortUpstream('the answer is encoded in an unknown way');
    } else this.decoder = decoder;
  }

  private take(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    if (this.forwarder === null && this.bytes === 0) this.forwarder = this.forwarderFor(chunk);
    if (this.forwarder === null) this.collect(chunk);
    else this.forward(this.forwarder, controller, chunk);
  }

  private forwarderFor(chunk: Buffer): StreamForwarder | null {
    const { crossing, exchange, candidate, delivery } = this.options;
    if (this.status !== 200 || delivery === null) return null;
    if (!looksLikeStream(this.header('content-type').toLowerCase(), chunk)) return null;
    const forwarder = crossing.forwarder(exchange, candidate, (bytes) => {
      if (this.draining) return;
      delivery.write(bytes);
      if (delivery.holdsTooMuch) this.commit(delivery);
    });
    // which kind of sound it is, its maker knows best
    const contentType = this.header('content-type');
    if (exchange.streamType !== null && contentType.startsWith('audio/')) exchange.streamType = contentType;
    return forwarder;
  }

  /** Who asks could not be proven, so that nothing was sent. */
  notSent(error: unknown): void {
    if (this.ended) return;
    this.closed = true;
    this.safely(() => this.failWith(authorizationFailure(error)));
  }

  private finish(): void {
    if (this.forwarder !== null) this.finishStream(this.forwarder.end());
    else this.finishCollected(this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks));
  }

  private forward(forwarder: StreamForwarder, controller: Dispatcher.DispatchController, chunk: Buffer): void {
    forwarder.push(chunk);
    const { delivery, exchange } = this.options;
    if (delivery === null) return;
    if (forwarder.error !== null) {
      this.failWith(forwarder.error, forwarder.end());
      this.abortUpstream('the stream carried an error');
      return;
    }
    if (forwarder.committed && !this.draining) {
      exchange.firstTokenMs ??= exchange.elapsedMs();
      this.commit(delivery);
    }
    // some servers keep the connection open after their last frame; the client need not wait for that
    if (forwarder.done) this.finishStream(forwarder.end());
    else if (delivery.blocked && !this.draining) this.waitForClient(controller, delivery);
  }

  /** From here on this attempt is the answer: a rival has to know before the first byte leaves. */
  private commit(delivery: StreamDelivery): void {
    if (delivery.committed) return;
    this.options.onCommit(this);
    delivery.commit();
  }

  /** Nothing more is read from the provider until the client has taken what it was sent; it must not take for ever. */
  private waitForClient(controller: Dispatcher.DispatchController, delivery: StreamDelivery): void {
    delivery.blocked = false;
    this.paused = true;
    this.dueAt = Number.POSITIVE_INFINITY;
    this.decoder?.pause();
    controller.pause();
    const { response } = this.options.exchange;
    this.wait(CLIENT_STALL_MS, () => response.destroy());
    response.once('drain', () => {
      if (this.ended || this.draining) return;
      this.stopWaiting();
      this.resume();
    });
  }

  private resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.expectMore();
    this.decoder?.resume();
    this.controller?.resume();
  }

  /** After a stream has content its chunks alone bound it: each must follow within the idle time. */
  private isOverdue(): boolean {
    if (this.forwarder?.committed === true) return false;
    return this.options.exchange.elapsedMs() - this.startedMs > this.options.totalTimeoutMs;
  }

  /** Called by the clock: nothing came in the time that there was. */
  overdue(): void {
    this.tooLate(this.status === 0 ? 'did not begin to answer in time' : 'stopped answering in the middle');
  }

  private expectMore(): void {
    this.dueAt = this.options.clock.in(this.options.idleTimeoutMs);
  }

  private tooLate(what: string): void {
    this.safely(() => this.failWith(failureFacts('provider_timed_out', `The provider ${what}.`)));
    this.abortUpstream(`the provider ${what}`);
  }

  private wait(ms: number, then: () => void): void {
    this.stopWaiting();
    this.timer = setTimeout(then, ms);
  }

  private stopWaiting(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private collect(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > (this.status === 200 ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES)) {
      if (this.status !== 200) return; // enough of an error to understand it
      this.failWith(failureFacts('provider_invalid_response', 'The answer of the provider is too large.'));
      this.abortUpstream('the answer is too large');
      return;
    }
    this.chunks.push(chunk);
  }

  private finishStream(stream: StreamEnd): void {
    if (this.draining) return this.end({ kind: 'abandoned', known: stream, drained: true });
    if (stream.error !== null) return this.failWith(stream.error, stream);
    if (!stream.complete) return this.failWith(streamCut(), stream);
    // without a word, and the answer all the same
    if (this.options.delivery !== null) this.commit(this.options.delivery);
    this.end({ kind: 'stream', stream });
  }

  private finishCollected(received: Buffer): void {
    const { crossing, exchange, candidate } = this.options;
    if (this.status < 200 || this.status > 299) {
      return this.failWith(candidate.readError(this.status, this.headers, received));
    }
    const isStream = isEventStream(received);
    const {
      facts,
      body,
      contentType = JSON_TYPE,
    } = isStream
      ? crossing.readStreamed(exchange, candidate, received)
      : crossing.readAnswer(exchange, candidate, received);
    // read to its end for its usage only
    if (this.draining)
      return this.end({ kind: 'abandoned', known: { ...facts, deliveredCharacters: 0 }, drained: true });
    if (facts.error !== null) return this.failWith(facts.error);
    if (!facts.valid) return this.failWith(unreadable());
    if (this.options.delivery !== null) return this.streamWhole(this.options.delivery, received, facts);
    this.options.onCommit(this);
    this.end({ kind: 'completion', body, contentType, facts });
  }

  /** The client wants a stream, and the answer came as a whole. */
  private streamWhole(delivery: StreamDelivery, received: Buffer, facts: AnswerFacts): void {
    const { crossing, exchange, candidate } = this.options;
    const written = crossing.streamWhole(exchange, candidate, received);
    if (written === null) return this.failWith(unreadable());
    exchange.firstTokenMs ??= exchange.elapsedMs();
    this.commit(delivery);
    delivery.write(written.events);
    const { usage, servedModel, serviceTier, deliveredCharacters } = facts;
    const known = { usage, servedModel, serviceTier, deliveredCharacters };
    const stream: StreamEnd = { ...NOTHING_KNOWN, ...known, complete: true, doneFrame: written.doneFrame };
    this.end({ kind: 'stream', stream });
  }

  private failWith(facts: UpstreamErrorFacts, ended?: StreamEnd): void {
    const stream = ended ?? this.forwarder?.end() ?? null;
    if (this.draining) return this.end({ kind: 'abandoned', known: stream, drained: true });
    if (stream !== null && this.options.delivery?.committed === true) this.end({ kind: 'cut', stream, facts });
    else this.end({ kind: 'failed', facts, stream });
  }

  private abandon(): void {
    this.safely(() => this.end({ kind: 'abandoned', known: this.forwarder?.end() ?? null, drained: false }));
    this.abortUpstream('the client has left');
  }

  private end(end: AttemptEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.options.clock.forget(this);
    this.stopWaiting();
    this.decoder?.stop();
    // a connection that stays paused would never go back to the pool, nor would one whose server does not end
    this.resume();
    if (!this.closed) this.timer = setTimeout(() => this.abortUpstream('nothing more is expected'), LINGER_MS);
    this.note(errorCodeOf(end));
    this.options.onEnd(this, end);
  }

  private abortUpstream(reason: string): void {
    this.stopWaiting();
    if (!this.closed) this.controller?.abort(new Error(reason));
  }

  private note(errorCode: ErrorCode | null): void {
    const { exchange, candidate } = this.options;
    const { deploymentId, provider, upstreamModel } = candidate.target;
    const times = { startedMs: this.startedMs, endedMs: exchange.elapsedMs(), cost: null };
    this.said = { deploymentId, provider, upstreamModel, status: this.status, errorCode, ...times };
    exchange.attempts.push(this.said);
  }

  private header(name: string): string {
    const value = this.headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  }
}
