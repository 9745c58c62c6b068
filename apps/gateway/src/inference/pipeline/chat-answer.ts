import type { ReadUsage, StreamEnd, UpstreamErrorFacts } from '@tollgate/providers';

import { type InferenceError, inferenceError } from '../inference-error.js';
import type { RequestBodyReader } from '../request-body.js';
import type { AttemptEnd, ChatAttempt } from './dispatch/chat-attempt.js';
import type { CredentialHealth } from './dispatch/credential-health.js';
import { dispatchChat, type DispatchLimits } from './dispatch/dispatch.js';
import { nextAttempt } from './dispatch/retry-plan.js';
import type { Exchange } from './exchange.js';
import type { Guard } from './guard.js';
import { type Ending, endingWithoutUsage } from './recording/ending.js';
import type { Recorder } from './recording/record.js';
import type { Candidate } from './routing/route.js';
import { answerHeaders } from './streaming/answer-headers.js';
import { StreamDelivery } from './streaming/stream-delivery.js';
import { breakStream, refuse } from './streaming/write-error.js';

export interface ChatAnswerParts {
  readonly recorder: Recorder;
  readonly guard: Guard;
  readonly credentials: CredentialHealth;
  readonly bodies: RequestBodyReader;
  readonly limits: DispatchLimits;
}

/** From the first attempt to the last byte: attempts until one commits or none is left, then the one usage event. */
export class ChatAnswer {
  constructor(private readonly parts: ChatAnswerParts) {}

  begin(exchange: Exchange): void {
    const { candidate, scanned } = exchange;
    if (candidate === null || scanned === null) throw new Error('an answer begins after routing');
    const delivery = scanned.stream ? new StreamDelivery(exchange.response, () => writeStreamHead(exchange)) : null;
    this.attempt(exchange, candidate, delivery);
  }

  private attempt(exchange: Exchange, candidate: Candidate, delivery: StreamDelivery | null): void {
    const onEnd = (attempt: ChatAttempt, end: AttemptEnd): void => {
      exchange.running = null;
      this.parts.guard.run(exchange, () => this.attemptEnded(exchange, { attempt, end, delivery }));
    };
    dispatchChat({ exchange, candidate, delivery, onEnd }, this.parts.limits);
  }

  private attemptEnded(exchange: Exchange, ended: EndedAttempt): void {
    const { end, delivery } = ended;
    if (end.kind === 'failed' && this.tryAgain(exchange, ended, end.facts)) return;
    delivery?.stopHeartbeat();
    switch (end.kind) {
      case 'completion':
        return this.deliverCompletion(exchange, end);
      case 'stream':
        return this.completeStream(exchange, end.stream, delivery);
      case 'cut':
        return this.breakOff(exchange, end.stream, end.facts);
      case 'failed':
        return this.giveUp(exchange, end.facts, end.stream);
      case 'abandoned':
        return this.closeAbandoned(exchange, end.stream, end.drained);
    }
  }

  private tryAgain(exchange: Exchange, { attempt, delivery }: EndedAttempt, facts: UpstreamErrorFacts): boolean {
    if (facts.credentialFault) this.parts.credentials.bench(attempt.candidate.credentialId);
    if (exchange.clientGone || exchange.route === null) return false;
    const tried = new Set(exchange.attempts.map((each) => each.deploymentId));
    const next = nextAttempt(
      exchange.route,
      { facts, attempts: exchange.attempts.length, tried },
      this.parts.credentials,
    );
    if (next === null) return false;
    delivery?.discardHeld();
    exchange.retryTimer = setTimeout(() => {
      exchange.retryTimer = null;
      this.parts.guard.run(exchange, () => this.attemptWithIntent(exchange, next.candidate, delivery));
    }, next.delayMs);
    return true;
  }

  /** A deployment other than the intended one is written down first, so that a crash is charged to the right one. */
  private attemptWithIntent(exchange: Exchange, candidate: Candidate, delivery: StreamDelivery | null): void {
    if (candidate === exchange.candidate) return this.attempt(exchange, candidate, delivery);
    exchange.candidate = candidate;
    this.parts.recorder.intend(exchange, () => {
      this.parts.guard.run(exchange, () => {
        if (exchange.clientGone) this.closeAbandoned(exchange, null, false);
        else this.attempt(exchange, candidate, delivery);
      });
    });
  }

  private deliverCompletion(
    exchange: Exchange,
    { body, contentType, facts }: Extract<AttemptEnd, { kind: 'completion' }>,
  ): void {
    exchange.firstTokenMs ??= exchange.elapsedMs();
    const ending: Ending = {
      ...endingWithoutUsage('success', 200, null),
      ...reported(facts.usage, 'reported'),
      ...served(facts),
    };
    this.parts.recorder.record(exchange, ending, () => {
      const { response } = exchange;
      if (response.destroyed) return;
      response.writeHead(200, answerHeaders(exchange, contentType, body.length));
      response.end(body);
      this.recycleBody(exchange);
    });
  }

  private completeStream(exchange: Exchange, stream: StreamEnd, delivery: StreamDelivery | null): void {
    delivery?.commit();
    const ending: Ending = {
      ...endingWithoutUsage('success', 200, null),
      ...reported(stream.usage, 'reported'),
      ...served(stream),
    };
    this.parts.recorder.record(exchange, ending, () => {
      if (exchange.response.destroyed) return;
      if (stream.doneFrame === null) exchange.response.end();
      else exchange.response.end(stream.doneFrame);
      this.recycleBody(exchange);
    });
  }

  /** The answer had begun when the upstream broke off: what was delivered is charged, and nobody may think it whole. */
  private breakOff(exchange: Exchange, stream: StreamEnd, facts: UpstreamErrorFacts): void {
    const outcome = facts.code === 'provider_timed_out' ? 'gateway_timeout' : 'upstream_cut_mid_stream';
    const ending: Ending = {
      ...endingWithoutUsage(outcome, 200, facts.code),
      ...reported(stream.usage, 'reported'),
      ...served(stream),
    };
    this.parts.recorder.record(exchange, ending, () => breakStream(exchange, clientError(facts)));
  }

  private giveUp(exchange: Exchange, facts: UpstreamErrorFacts, stream: StreamEnd | null): void {
    const error = clientError(facts);
    const outcome = facts.code === 'provider_timed_out' ? 'gateway_timeout' : 'upstream_failed';
    const ending: Ending = {
      ...endingWithoutUsage(outcome, error.status, error.code),
      ...reported(stream?.usage ?? null, 'reported'),
    };
    this.parts.recorder.record(exchange, ending, () => {
      if (exchange.response.headersSent) breakStream(exchange, error);
      else refuse(exchange, error);
    });
  }

  private closeAbandoned(exchange: Exchange, stream: StreamEnd | null, drained: boolean): void {
    const begun = exchange.firstTokenMs !== null;
    const ending: Ending = {
      ...endingWithoutUsage(begun ? 'client_left_mid_stream' : 'client_left_before_first_token', 0, null),
      ...(stream === null ? {} : { ...reported(stream.usage, drained ? 'recovered' : 'reported'), ...served(stream) }),
    };
    this.parts.recorder.record(exchange, ending, () => undefined);
  }

  /**
   * Only after an answer to an only attempt of our own credential: an upstream that a tenant chose could answer before
   * it has read the request, and would then be sent the bytes of whoever gets the slab next.
   */
  private recycleBody({ body, candidate, attempts }: Exchange): void {
    if (body === null || attempts.length > 1 || candidate?.target.credentialOwner !== 'operator') return;
    this.parts.bodies.release(body);
  }
}

interface EndedAttempt {
  readonly attempt: ChatAttempt;
  readonly end: AttemptEnd;
  readonly delivery: StreamDelivery | null;
}

function writeStreamHead(exchange: Exchange): void {
  exchange.response.writeHead(200, answerHeaders(exchange, 'text/event-stream; charset=utf-8', null));
}

/** The provider's own word is passed on where the request is at fault; elsewhere it would speak of our credential. */
function clientError(facts: UpstreamErrorFacts): InferenceError {
  return inferenceError(facts.code, { ...facts, upstreamCode: facts.requestFault ? facts.upstreamCode : null });
}

function reported(
  usage: ReadUsage | null,
  source: 'reported' | 'recovered',
): Pick<Ending, 'usage' | 'usageSource' | 'providerReportedCost'> {
  // absurd numbers are not billed: the worker estimates instead, and the event says so by its source
  if (usage === null || usage.problem !== null) return { usage: {}, usageSource: 'none', providerReportedCost: null };
  return { usage: usage.usage, usageSource: source, providerReportedCost: usage.reportedCost };
}

function served(facts: {
  servedModel: string | null;
  serviceTier: string | null;
  deliveredCharacters: number;
}): Pick<Ending, 'servedModel' | 'serviceTier' | 'deliveredCharacters'> {
  return {
    servedModel: facts.servedModel,
    serviceTier: facts.serviceTier ?? '*',
    deliveredCharacters: facts.deliveredCharacters,
  };
}
