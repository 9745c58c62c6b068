import type { IncomingMessage, ServerResponse } from 'node:http';

import { isRequestProblem } from '@tollgate/providers';

import { type InferenceError, inferenceError } from '../inference-error.js';
import type { InferenceMetrics } from '../inference-metrics.js';
import type { RequestBody, RequestBodyReader } from '../request-body.js';
import type { Admitter } from './admission/admit.js';
import type { Authenticator } from './authentication/authenticate.js';
import type { Answerer } from './answer.js';
import { fitting } from './crossing/crossing-of.js';
import type { Translator } from './crossing/translator.js';
import { type Called, Exchange } from './exchange.js';
import type { Guard } from './guard.js';
import type { Recorder } from './recording/record.js';
import type { Route } from './routing/route.js';
import { modelNotFound } from './routing/model-not-found.js';
import { chooseFirst } from './routing/choose-first.js';
import type { CredentialHealth } from './dispatch/credential-health.js';
import { endingWithoutUsage } from './recording/ending.js';
import { refuse } from './streaming/write-error.js';

export interface PipelineParts {
  readonly authenticator: Authenticator;
  readonly bodies: RequestBodyReader;
  readonly credentials: CredentialHealth;
  readonly translator: Translator;
  readonly admitter: Admitter;
  readonly recorder: Recorder;
  readonly answer: Answerer;
  readonly guard: Guard;
  readonly metrics: InferenceMetrics;
}

/**
 * The path of a chat completion, step by step. A step calls the next one when it is done, at once where nothing has to
 * be waited for: promises would cost more than most steps do.
 *
 * authenticate → read → parse → policy and route (→ translate) → admit → intent → dispatch → stream → record
 */
export class InferencePipeline {
  constructor(private readonly parts: PipelineParts) {}

  run(request: IncomingMessage, response: ServerResponse, called: Called): void {
    const exchange = new Exchange(request, response, called);
    response.on('close', () => this.parts.guard.run(exchange, () => this.clientClosed(exchange)));
    this.authenticate(exchange);
  }

  private authenticate(exchange: Exchange): void {
    this.parts.authenticator.verify(exchange.request, exchange.occurredAt, (error, principal) => {
      exchange.principal = principal;
      if (error === null) return this.readBody(exchange);
      this.parts.metrics.notAuthenticated(error.code);
      return principal === null ? refuse(exchange, error) : this.refuseWith(exchange, error);
    });
  }

  private readBody(exchange: Exchange): void {
    this.parts.bodies.read(exchange.request, (body) => {
      this.parts.guard.run(exchange, () => {
        if (body === null) this.refuseWith(exchange, inferenceError('caller_body_too_large'));
        else this.parse(exchange, body);
      });
    });
  }

  private parse(exchange: Exchange, body: RequestBody): void {
    exchange.body = body;
    const scanned = exchange.surface.scan(body, exchange.address);
    if (isRequestProblem(scanned)) return this.refuseWith(exchange, inferenceError(scanned.code, scanned));
    exchange.scanned = scanned;
    if (scanned.reroutes !== null) return this.refuseWith(exchange, reroutesError(scanned.reroutes));
    this.applyPolicyAndRoute(exchange, scanned.model);
  }

  private applyPolicyAndRoute(exchange: Exchange, model: string): void {
    const route = exchange.principal?.routeOf(model, exchange.surface.dialect) ?? null;
    if (route === null) return this.refuseWith(exchange, modelNotFound(model));
    exchange.route = route;
    if (!this.parts.translator.isNeeded(exchange)) return this.choose(exchange, route);
    this.parts.translator.prepare(exchange, (problem) => {
      this.parts.guard.run(exchange, () => {
        if (problem !== null) this.refuseWith(exchange, inferenceError(problem.code, problem));
        else this.choose(exchange, route);
      });
    });
  }

  private choose(exchange: Exchange, route: Route): void {
    exchange.candidate = chooseFirst(route, this.parts.credentials, fitting(exchange));
    if (exchange.candidate !== null) return this.admit(exchange);
    const [first] = route.candidates;
    const refusal = fitting(exchange)(first) ? null : (exchange.translation?.refusal(exchange, first) ?? null);
    if (refusal === null) return this.refuseWith(exchange, inferenceError('provider_credentials_exhausted'));
    this.refuseWith(exchange, inferenceError(refusal.code, refusal));
  }

  private admit(exchange: Exchange): void {
    this.parts.admitter.admit(exchange, (error) => {
      this.parts.guard.run(exchange, () => {
        exchange.admittedMs = exchange.elapsedMs();
        if (error !== null) this.refuseWith(exchange, error);
        else this.writeIntent(exchange);
      });
    });
  }

  private writeIntent(exchange: Exchange): void {
    this.parts.recorder.intend(exchange, (error) => {
      this.parts.guard.run(exchange, () => {
        if (error !== null) this.refuseWith(exchange, inferenceError('gateway_journal_unavailable'));
        else if (exchange.clientGone) this.leaveUnanswered(exchange);
        else this.parts.answer.begin(exchange);
      });
    });
  }

  private clientClosed(exchange: Exchange): void {
    if (exchange.response.writableFinished || exchange.recorded) return;
    exchange.clientGone = true;
    if (exchange.retryTimer !== null) {
      clearTimeout(exchange.retryTimer);
      exchange.retryTimer = null;
      this.leaveUnanswered(exchange);
    }
    exchange.running?.clientLeft();
  }

  private leaveUnanswered(exchange: Exchange): void {
    this.parts.recorder.record(
      exchange,
      endingWithoutUsage('client_left_before_first_token', 0, null),
      () => undefined,
    );
  }

  private refuseWith(exchange: Exchange, error: InferenceError): void {
    exchange.candidate = null;
    this.parts.recorder.record(exchange, endingWithoutUsage('refused', error.status, error.code), () =>
      refuse(exchange, error),
    );
  }
}

/** Aggregators take such a field as leave to serve another model than the one that was allowed, held and priced. */
function reroutesError(field: string): InferenceError {
  const message = `${JSON.stringify(field)} would let another model answer than the one in "model"; it is not supported.`;
  return inferenceError('caller_unsupported_parameter', { message, param: field });
}
