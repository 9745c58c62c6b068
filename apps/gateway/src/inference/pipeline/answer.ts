import type { StreamEnd, UpstreamErrorFacts } from '@tollgate/providers';

import { type InferenceError, inferenceError } from '../inference-error.js';
import type { RequestBodyReader } from '../request-body.js';
import { inputBilledAnyway, reported, served, wastedEnding } from './answer-endings.js';
import { crossingOf, fitting } from './crossing/crossing-of.js';
import type { Attempt } from './dispatch/attempt.js';
import type { AttemptEnd, KnownUsage } from './dispatch/attempt-end.js';
import { dispatch, type DispatchLimits } from './dispatch/dispatch.js';
import type { FailureLog } from './dispatch/failure-log.js';
import { anotherAttempt, type FailedAttempt, type NextAttempt, sameAgain, untried } from './dispatch/retry-plan.js';
import { tellHealth } from './dispatch/tell-health.js';
import type { Exchange } from './exchange.js';
import type { Fallback } from './fallback.js';
import type { Guard } from './guard.js';
import { type Ending, endingWithoutUsage } from './recording/ending.js';
import type { Recorder } from './recording/record.js';
import type { Candidate } from './routing/route.js';
import type { Router } from './routing/router.js';
import type { Shadows } from './shadows.js';
import { answerHeaders } from './streaming/answer-headers.js';
import { StreamDelivery } from './streaming/stream-delivery.js';
import { breakStream, refuse } from './streaming/write-error.js';

export interface AnswererParts {
  readonly recorder: Recorder;
  readonly guard: Guard;
  readonly router: Router;
  readonly fallback: Fallback;
  readonly shadows: Shadows;
  readonly failures: FailureLog;
  readonly bodies: RequestBodyReader;
  readonly limits: DispatchLimits;
}

/** From the first attempt to the last byte: attempts until one commits or none is left, then the one usage event. */
export class Answerer {
  constructor(private readonly parts: AnswererParts) {}

  begin(exchange: Exchange): void {
    const { candidate, scanned, route } = exchange;
    if (candidate === null || scanned === null) throw new Error('an answer begins after routing');
    if (scanned.stream) exchange.delivery = deliveryOf(exchange, exchange.surface.heartbeat);
    this.attempt(exchange, candidate, exchange.delivery);
    if (route === null) return;
    const { hedgeAfterMs } = route.definition;
    if (hedgeAfterMs !== null && exchange.form === null) {
      exchange.hedgeTimer = setTimeout(() => this.parts.guard.run(exchange, () => this.hedge(exchange)), hedgeAfterMs);
    }
    if (route.shadow !== null) this.parts.shadows.mayFollow(exchange, route.shadow);
  }

  private attempt(exchange: Exchange, candidate: Candidate, delivery: StreamDelivery | null): void {
    const onEnd = (attempt: Attempt, end: AttemptEnd): void => {
      exchange.running = exchange.running.filter((each) => each !== attempt);
      this.parts.guard.run(exchange, () => {
        tellHealth(attempt, end, exchange.firstTokenMs);
        this.attemptEnded(exchange, attempt, end);
      });
    };
    const onCommit = (attempt: Attempt): void => this.decide(exchange, attempt);
    const onDefect = (error: unknown): void => this.parts.guard.report(error, exchange);
    const crossing = crossingOf(exchange, candidate);
    const order = { exchange, candidate, crossing, delivery, onCommit, onEnd, onDefect };
    const attempt = dispatch(order, this.parts.limits);
    if (!attempt.isOver) exchange.running.push(attempt);
  }

  /** The first has not begun to answer: another deployment may be quicker. Whichever begins first is the answer. */
  private hedge(exchange: Exchange): void {
    exchange.hedgeTimer = null;
    const { body, running, scanned, surface } = exchange;
    const [first] = running;
    if (first === undefined || running.length > 1 || exchange.recorded || exchange.clientGone) return;
    if (first.delivery?.committed === true) return;
    const { deploymentId, upstreamModel } = first.candidate.target;
    const attempts = [...exchange.attempts, { deploymentId, upstreamModel }];
    const { order } = exchange;
    const other = untried({ order, attempts, now: performance.now(), fits: fitting(exchange) });
    if (other === null) return;
    // the first one's bytes may still be on their way out of the slab
    if (body !== null) exchange.body = { ...body, memory: Buffer.from(body.memory) };
    // one heartbeat is enough
    const delivery = scanned?.stream === true ? deliveryOf(exchange, surface.heartbeat.subarray(0, 0)) : null;
    this.attempt(exchange, other, delivery);
  }

  /** The attempt has begun to answer: it is the answer, and a rival has lost. */
  private decide(exchange: Exchange, winner: Attempt): void {
    if (exchange.hedgeTimer !== null) clearTimeout(exchange.hedgeTimer);
    exchange.hedgeTimer = null;
    exchange.candidate = winner.candidate;
    if (winner.delivery !== exchange.delivery) {
      exchange.delivery?.stopHeartbeat();
      exchange.delivery = winner.delivery;
    }
    if (exchange.running.length < 2) return;
    exchange.routeReason = exchange.running[0] === winner ? exchange.routeReason : 'hedged';
    for (const attempt of exchange.running) if (attempt !== winner) attempt.lose();
  }

  private attemptEnded(exchange: Exchange, attempt: Attempt, end: AttemptEnd): void {
    if (attempt.lost) return this.writeOff(exchange, attempt, end);
    if (end.kind === 'failed') return this.attemptFailed(exchange, attempt, end);
    switch (end.kind) {
      case 'completion':
        return this.deliverCompletion(exchange, end);
      case 'stream':
        return this.completeStream(exchange, end.stream);
      case 'cut':
        this.parts.failures.note(attempt.candidate.target, attempt.status, end.facts);
        return this.breakOff(exchange, end.stream, end.facts);
      case 'abandoned':
        // with a rival the client has left both
        if (exchange.recorded || hasRival(exchange)) return this.writeOff(exchange, attempt, end);
        exchange.candidate = attempt.candidate;
        return this.closeAbandoned(exchange, end.known, end.drained);
    }
  }

  private attemptFailed(exchange: Exchange, attempt: Attempt, end: Extract<AttemptEnd, { kind: 'failed' }>): void {
    const { facts } = end;
    this.parts.failures.note(attempt.candidate.target, attempt.status, facts);
    // its rival goes on
    if (hasRival(exchange) || exchange.recorded) return this.writeOff(exchange, attempt, end);
    exchange.candidate = attempt.candidate;
    if (exchange.clientGone || exchange.route === null) return this.giveUp(exchange, facts, end.stream);
    this.parts.router.explain(exchange, exchange.route);
    const { attempts, order } = exchange;
    const failed: FailedAttempt = { facts, attempts, order, now: performance.now(), fits: fitting(exchange) };
    const another = anotherAttempt(failed);
    if (another !== null) {
      exchange.routeReason = 'failover';
      return this.tryAgain(exchange, { attempt, end }, { candidate: another, delayMs: 0 });
    }
    this.parts.fallback.find(exchange, failed, (candidate) => {
      this.parts.guard.run(exchange, () => {
        const next = candidate === null ? sameAgain(failed) : { candidate, delayMs: 0 };
        if (next === null) return this.giveUp(exchange, facts, end.stream);
        this.tryAgain(exchange, { attempt, end }, next);
      });
    });
  }

  private writeOff(exchange: Exchange, attempt: Attempt, end: AttemptEnd): void {
    const { candidate, record } = attempt;
    this.parts.recorder.recordWaste(exchange, {
      candidate,
      attempt: record,
      ending: wastedEnding(exchange, candidate, end),
    });
  }

  private tryAgain(
    exchange: Exchange,
    { attempt, end }: { readonly attempt: Attempt; readonly end: AttemptEnd },
    { candidate, delayMs }: NextAttempt,
  ): void {
    this.writeOff(exchange, attempt, end);
    exchange.delivery?.discardHeld();
    exchange.retryTimer = setTimeout(() => {
      exchange.retryTimer = null;
      this.parts.guard.run(exchange, () => this.attemptWithIntent(exchange, candidate));
    }, delayMs);
  }

  /** A deployment other than the intended one is written down first, so that a crash is charged to the right one. */
  private attemptWithIntent(exchange: Exchange, candidate: Candidate): void {
    if (candidate === exchange.candidate) return this.attempt(exchange, candidate, exchange.delivery);
    exchange.candidate = candidate;
    this.parts.recorder.intend(exchange, () => {
      this.parts.guard.run(exchange, () => {
        if (exchange.clientGone) this.leaveUnasked(exchange);
        else this.attempt(exchange, candidate, exchange.delivery);
      });
    });
  }

  /** What was asked before is written off already, and this deployment has read nothing that it could bill. */
  private leaveUnasked(exchange: Exchange): void {
    const ending = endingWithoutUsage('client_left_before_first_token', 0, null);
    this.parts.recorder.record(exchange, ending, () => undefined);
  }

  private deliverCompletion(
    exchange: Exchange,
    { body, contentType, facts }: Extract<AttemptEnd, { kind: 'completion' }>,
  ): void {
    exchange.firstTokenMs ??= exchange.elapsedMs();
    const ending: Ending = {
      ...endingWithoutUsage('success', 200, null),
      ...reported(exchange, facts.usage, 'reported'),
      ...served(facts),
    };
    this.learn(exchange, ending);
    this.parts.recorder.record(exchange, ending, () => {
      const { response } = exchange;
      if (response.destroyed) return;
      response.writeHead(200, answerHeaders(exchange, contentType, body.length));
      response.end(body);
      this.recycleBody(exchange);
    });
  }

  private completeStream(exchange: Exchange, stream: StreamEnd): void {
    exchange.delivery?.commit();
    const ending: Ending = {
      ...endingWithoutUsage('success', 200, null),
      ...reported(exchange, stream.usage, 'reported'),
      ...served(stream),
    };
    this.learn(exchange, ending);
    this.parts.recorder.record(exchange, ending, () => {
      if (exchange.response.destroyed) return;
      const last = lastBytes(exchange, stream.doneFrame);
      if (last === null) exchange.response.end();
      else exchange.response.end(last);
      this.recycleBody(exchange);
    });
  }

  private learn(exchange: Exchange, { usage }: Ending): void {
    if (exchange.candidate !== null) this.parts.router.learn(exchange, exchange.candidate, usage);
  }

  /** The answer had begun when the upstream broke off: what was delivered is charged, and nobody may think it whole. */
  private breakOff(exchange: Exchange, stream: StreamEnd, facts: UpstreamErrorFacts): void {
    const outcome = facts.code === 'provider_timed_out' ? 'gateway_timeout' : 'upstream_cut_mid_stream';
    const ending: Ending = {
      ...endingWithoutUsage(outcome, 200, facts.code),
      ...reported(exchange, stream.usage, 'reported'),
      ...served(stream),
    };
    this.parts.recorder.record(exchange, ending, () => breakStream(exchange, clientError(facts)));
  }

  private giveUp(exchange: Exchange, facts: UpstreamErrorFacts, stream: StreamEnd | null): void {
    const error = clientError(facts);
    const outcome = facts.code === 'provider_timed_out' ? 'gateway_timeout' : 'upstream_failed';
    const ending: Ending = {
      ...endingWithoutUsage(outcome, error.status, error.code),
      ...reported(exchange, stream?.usage ?? null, 'reported'),
    };
    this.parts.recorder.record(exchange, ending, () => {
      if (exchange.response.headersSent) breakStream(exchange, error);
      else refuse(exchange, error);
    });
  }

  private closeAbandoned(exchange: Exchange, known: KnownUsage | null, drained: boolean): void {
    const begun = exchange.firstTokenMs !== null || (known?.deliveredCharacters ?? 0) > 0;
    const ending: Ending = {
      ...endingWithoutUsage(begun ? 'client_left_mid_stream' : 'client_left_before_first_token', 0, null),
      ...(known === null
        ? {}
        : { ...reported(exchange, known.usage, drained ? 'recovered' : 'reported'), ...served(known) }),
    };
    const billed = ending.usageSource === 'none' && !begun ? inputBilledAnyway(exchange) : null;
    this.parts.recorder.record(exchange, { ...ending, ...billed }, () => undefined);
  }

  /**
   * Only after an answer to an only attempt of our own credential: an upstream that a tenant chose could answer before
   * it has read the request, and would then be sent the bytes of whoever gets the slab next.
   */
  private recycleBody({ body, candidate, attempts, running }: Exchange): void {
    if (body === null || attempts.length > 1 || running.length > 0) return;
    if (candidate?.target.credentialOwner === 'operator') this.parts.bodies.release(body);
  }
}

/** Whether another attempt may still be the answer: one that has lost and is only drained may not. */
const hasRival = ({ running }: Exchange): boolean => running.some(({ lost }) => !lost);

function deliveryOf(exchange: Exchange, heartbeat: Buffer): StreamDelivery {
  const { framing, response } = exchange;
  return new StreamDelivery(response, { framing, heartbeat }, () => writeStreamHead(exchange));
}

function writeStreamHead(exchange: Exchange): void {
  const events = exchange.framing === null ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8';
  exchange.response.writeHead(200, answerHeaders(exchange, exchange.streamType ?? events, null));
}

/** What ends a stream, if anything does. */
function lastBytes({ framing }: Exchange, doneFrame: Buffer | null): Buffer | null {
  if (framing === null) return doneFrame;
  return Buffer.concat([...(doneFrame === null ? [] : [framing.write(doneFrame)]), framing.end()]);
}

/** The provider's own word is passed on where the request is at fault; elsewhere it would speak of our credential. */
function clientError(facts: UpstreamErrorFacts): InferenceError {
  return inferenceError(facts.code, { ...facts, upstreamCode: facts.requestFault ? facts.upstreamCode : null });
}
