import { estimateTokens } from '@tollgate/billing';
import type { Usage } from '@tollgate/domain';
import type { ReadUsage, StreamEnd, UpstreamErrorFacts } from '@tollgate/providers';

import { type InferenceError, inferenceError } from '../inference-error.js';
import type { RequestBodyReader } from '../request-body.js';
import type { Attempt } from './dispatch/attempt.js';
import type { AttemptEnd, KnownUsage } from './dispatch/attempt-end.js';
import type { CredentialHealth } from './dispatch/credential-health.js';
import { crossingOf, fitting } from './crossing/crossing-of.js';
import { dispatch, type DispatchLimits } from './dispatch/dispatch.js';
import type { FailureLog } from './dispatch/failure-log.js';
import { nextAttempt } from './dispatch/retry-plan.js';
import type { Exchange } from './exchange.js';
import type { Guard } from './guard.js';
import { type Ending, endingWithoutUsage } from './recording/ending.js';
import type { Recorder } from './recording/record.js';
import type { Candidate } from './routing/route.js';
import { answerHeaders } from './streaming/answer-headers.js';
import { StreamDelivery } from './streaming/stream-delivery.js';
import { breakStream, refuse } from './streaming/write-error.js';

export interface AnswererParts {
  readonly recorder: Recorder;
  readonly guard: Guard;
  readonly credentials: CredentialHealth;
  readonly failures: FailureLog;
  readonly bodies: RequestBodyReader;
  readonly limits: DispatchLimits;
}

/** From the first attempt to the last byte: attempts until one commits or none is left, then the one usage event. */
export class Answerer {
  constructor(private readonly parts: AnswererParts) {}

  begin(exchange: Exchange): void {
    const { candidate, scanned } = exchange;
    if (candidate === null || scanned === null) throw new Error('an answer begins after routing');
    if (scanned.stream) {
      const { framing, response, surface } = exchange;
      const frames = { framing, heartbeat: surface.heartbeat };
      exchange.delivery = new StreamDelivery(response, frames, () => writeStreamHead(exchange));
    }
    this.attempt(exchange, candidate);
  }

  private attempt(exchange: Exchange, candidate: Candidate): void {
    const onEnd = (attempt: Attempt, end: AttemptEnd): void => {
      exchange.running = null;
      this.parts.guard.run(exchange, () => this.attemptEnded(exchange, attempt, end));
    };
    const onDefect = (error: unknown): void => this.parts.guard.report(error, exchange);
    dispatch({ exchange, candidate, crossing: crossingOf(exchange, candidate), onEnd, onDefect }, this.parts.limits);
  }

  private attemptEnded(exchange: Exchange, attempt: Attempt, end: AttemptEnd): void {
    if (end.kind === 'failed' && this.tryAgain(exchange, attempt, end.facts)) return;
    switch (end.kind) {
      case 'completion':
        return this.deliverCompletion(exchange, end);
      case 'stream':
        return this.completeStream(exchange, end.stream);
      case 'cut':
        this.parts.failures.note(attempt.candidate.target, attempt.status, end.facts);
        return this.breakOff(exchange, end.stream, end.facts);
      case 'failed':
        return this.giveUp(exchange, end.facts, end.stream);
      case 'abandoned':
        return this.closeAbandoned(exchange, end.known, end.drained);
    }
  }

  private tryAgain(exchange: Exchange, attempt: Attempt, facts: UpstreamErrorFacts): boolean {
    this.parts.failures.note(attempt.candidate.target, attempt.status, facts);
    // a provider that takes no credential has none that could be dead: the sandbox simulates a 401 for whoever asks
    const isDead = facts.credentialFault && attempt.candidate.provider.authentication !== 'none';
    if (isDead) this.parts.credentials.bench(attempt.candidate.credentialId);
    if (exchange.clientGone || exchange.route === null) return false;
    const tried = new Set(exchange.attempts.map((each) => each.deploymentId));
    const next = nextAttempt(
      exchange.route,
      { facts, attempts: exchange.attempts.length, tried, fits: fitting(exchange) },
      this.parts.credentials,
    );
    if (next === null) return false;
    exchange.delivery?.discardHeld();
    exchange.retryTimer = setTimeout(() => {
      exchange.retryTimer = null;
      this.parts.guard.run(exchange, () => this.attemptWithIntent(exchange, next.candidate));
    }, next.delayMs);
    return true;
  }

  /** A deployment other than the intended one is written down first, so that a crash is charged to the right one. */
  private attemptWithIntent(exchange: Exchange, candidate: Candidate): void {
    if (candidate === exchange.candidate) return this.attempt(exchange, candidate);
    exchange.candidate = candidate;
    this.parts.recorder.intend(exchange, () => {
      this.parts.guard.run(exchange, () => {
        if (exchange.clientGone) this.closeAbandoned(exchange, null, false);
        else this.attempt(exchange, candidate);
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
      ...reported(exchange, facts.usage, 'reported'),
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

  private completeStream(exchange: Exchange, stream: StreamEnd): void {
    exchange.delivery?.commit();
    const ending: Ending = {
      ...endingWithoutUsage('success', 200, null),
      ...reported(exchange, stream.usage, 'reported'),
      ...served(stream),
    };
    this.parts.recorder.record(exchange, ending, () => {
      if (exchange.response.destroyed) return;
      const last = lastBytes(exchange, stream.doneFrame);
      if (last === null) exchange.response.end();
      else exchange.response.end(last);
      this.recycleBody(exchange);
    });
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
  private recycleBody({ body, candidate, attempts }: Exchange): void {
    if (body === null || attempts.length > 1 || candidate?.target.credentialOwner !== 'operator') return;
    this.parts.bodies.release(body);
  }
}

/** The input of a request that its client left before the first token, where the provider bills it all the same. */
function inputBilledAnyway({
  candidate,
  dispatchedMs,
  inputTokensBound,
}: Exchange): Pick<Ending, 'usage' | 'usageSource'> | null {
  if (candidate === null || dispatchedMs === null) return null;
  if (candidate.provider.billsAfterDisconnect(candidate.target.upstreamModel) === 'stops') return null;
  return { usage: { input: estimateTokens(inputTokensBound) }, usageSource: 'estimated' };
}

function writeStreamHead(exchange: Exchange): void {
  const { framing, streamType } = exchange;
  const eventType = framing === null ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8';
  const contentType = streamType ?? eventType;
  exchange.response.writeHead(200, answerHeaders(exchange, contentType, null));
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

/** What was reported, with the searches that the model makes for each answer, which no usage tells of. */
function reported(
  { candidate, firstTokenMs }: Exchange,
  usage: ReadUsage | null,
  source: 'reported' | 'recovered',
): Pick<Ending, 'usage' | 'usageSource' | 'providerReportedCost'> {
  const searches = candidate?.provider.searchesPerRequest(candidate.target.upstreamModel) ?? 0;
  const searched: Usage = searches > 0 && firstTokenMs !== null ? { web_search: searches } : {};
  // absurd numbers are not billed: the worker estimates instead, and the event says so by its source
  if (usage === null || usage.problem !== null) {
    return { usage: searched, usageSource: 'none', providerReportedCost: null };
  }
  const { reportedCost: providerReportedCost } = usage;
  return {
    usage: searches > 0 ? { ...usage.usage, ...searched } : usage.usage,
    usageSource: usage.estimated === true ? 'estimated' : source,
    providerReportedCost,
  };
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
