import type { IncomingMessage, ServerResponse } from 'node:http';

import { isRequestProblem, type ScannedRequest } from '@tollgate/providers';

import { type InferenceError, inferenceError } from '../inference-error.js';
import type { InferenceMetrics } from '../inference-metrics.js';
import type { FormReader } from '../multipart/form-reader.js';
import type { RequestBody, RequestBodyReader } from '../request-body.js';
import type { FormOperationSurface, PreparedForm } from '../surfaces/surface.js';
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
import { noDeployment } from './routing/no-deployment.js';
import { readWishes, type RequestWishes } from './routing/request-wishes.js';
import type { Router } from './routing/router.js';
import { withFurtherModels } from './routing/further-models.js';
import { cheaperRoute, named, standsNow } from './routing/cheaper-route.js';
import { endingWithoutUsage } from './recording/ending.js';
import { refuse } from './streaming/write-error.js';

export interface PipelineParts {
  readonly authenticator: Authenticator;
  readonly bodies: RequestBodyReader;
  readonly forms: FormReader;
  readonly router: Router;
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
    if (exchange.surface.kind === 'form-operation') return this.readForm(exchange, exchange.surface);
    this.parts.bodies.read(exchange.request, (body) => {
      this.parts.guard.run(exchange, () => {
        if (body === null) this.refuseWith(exchange, inferenceError('caller_body_too_large'));
        else this.parse(exchange, body);
      });
    });
  }

  /** A form is read whole before anything is known of it: its model may stand behind its files. */
  private readForm(exchange: Exchange, surface: FormOperationSurface): void {
    this.parts.forms
      .read(exchange)
      .then((form) => (isRequestProblem(form) ? form : surface.prepare(form)))
      .then((prepared) => {
        this.parts.guard.run(exchange, () => {
          if (isRequestProblem(prepared)) this.refuseWith(exchange, inferenceError(prepared.code, prepared));
          else this.takeForm(exchange, prepared);
        });
      })
      .catch((error: unknown) => this.parts.guard.run(exchange, () => rethrow(error)));
  }

  private takeForm(exchange: Exchange, { scanned, crossing }: PreparedForm): void {
    exchange.translation = crossing;
    exchange.operation = crossing;
    this.takeScanned(exchange, scanned);
  }

  private parse(exchange: Exchange, body: RequestBody): void {
    exchange.body = body;
    const { address, surface } = exchange;
    if (surface.kind === 'form-operation') throw new Error('a form is no body in memory');
    const scanned = surface.kind === 'conversation' ? surface.scan(body, address) : surface.scan(body);
    if (isRequestProblem(scanned)) return this.refuseWith(exchange, inferenceError(scanned.code, scanned));
    this.takeScanned(exchange, scanned);
  }

  private takeScanned(exchange: Exchange, scanned: ScannedRequest): void {
    exchange.scanned = scanned;
    if (scanned.reroutes !== null) return this.refuseWith(exchange, reroutesError(scanned.reroutes));
    this.applyPolicyAndRoute(exchange, scanned);
  }

  private applyPolicyAndRoute(exchange: Exchange, scanned: ScannedRequest): void {
    const { principal, request, surface } = exchange;
    const wishes = readWishes(request);
    if (isError(wishes)) return this.refuseWith(exchange, wishes);
    exchange.wishes = wishes;
    if (wishes !== null && wishes.tags.length > 0) {
      exchange.scanned = { ...scanned, tags: [...scanned.tags, ...wishes.tags] };
    }
    const own = principal?.routeOf(scanned.model, surface.dialect) ?? null;
    if (principal === null || own === null) return this.refuseWith(exchange, notServed(exchange, scanned.model));
    const route = withFurtherModels(own, [...scanned.furtherModels, ...(wishes?.models ?? [])], exchange);
    if (isError(route)) return this.refuseWith(exchange, route);
    exchange.route = route;
    if (route.blocked !== null) return this.refuseWith(exchange, noDeployment(route, wishes));
    const { translator } = this.parts;
    if (!translator.isNeeded(exchange)) return this.choose(exchange, route);
    translator.prepare(exchange, (problem) => {
      this.parts.guard.run(exchange, () => {
        if (problem !== null && translator.isRequired(exchange))
          this.refuseWith(exchange, inferenceError(problem.code, problem));
        else this.choose(exchange, route);
      });
    });
  }

  private choose(exchange: Exchange, route: Route): void {
    exchange.candidate = this.parts.router.choose(exchange, route, fitting(exchange));
    const relief = exchange.routeReason === 'last-resort' && !exchange.relieved ? route.fallbacks.overload : undefined;
    if (relief === undefined) return this.take(exchange, route);
    // all are out of service: what the route has for that is asked at once
    exchange.relieved = true;
    const { candidate, order, routeReason, decisionJson } = exchange;
    this.reroute(exchange, named(relief, route), {
      reason: 'fallback-overload',
      otherwise: () => this.take(Object.assign(exchange, { candidate, order, routeReason, decisionJson }), route),
    });
  }

  private take(exchange: Exchange, route: Route): void {
    if (exchange.candidate !== null) return this.admit(exchange);
    const fits = fitting(exchange);
    const fittest = route.contenders.find(({ candidate }) => fits(candidate));
    const [first] = route.candidates;
    const refusal = fittest === undefined ? (exchange.translation?.refusal(exchange, first) ?? null) : null;
    if (refusal !== null) return this.refuseWith(exchange, inferenceError(refusal.code, refusal));
    this.refuseWith(exchange, noDeployment(route, exchange.wishes));
  }

  private admit(exchange: Exchange): void {
    this.parts.admitter.admit(exchange, (error) => {
      this.parts.guard.run(exchange, () => {
        exchange.admittedMs = exchange.elapsedMs();
        if (error === 'downgrade') this.downgrade(exchange);
        else if (error !== null) this.refuseWith(exchange, error);
        else this.writeIntent(exchange);
      });
    });
  }

  /** A budget that is nearly used up wants a cheaper model: the request is routed once more, and then admitted or not. */
  private downgrade(exchange: Exchange): void {
    exchange.downgraded = true;
    const { route } = exchange;
    const cheaper = route === null ? null : cheaperRoute(exchange, route, fitting(exchange));
    // a budget that still covers the request keeps it from nothing
    const otherwise = (): void => this.admit(exchange);
    if (cheaper === null) return otherwise();
    this.reroute(exchange, cheaper, { reason: null, otherwise });
  }

  /** Takes another route instead, where the request can be sent there now; what is done otherwise goes on with the first. */
  private reroute(
    exchange: Exchange,
    other: Route,
    { reason, otherwise }: { readonly reason: string | null; readonly otherwise: () => void },
  ): void {
    const { route } = exchange;
    exchange.route = other;
    const take = (isTranslatable: boolean): void => {
      if (isTranslatable && standsNow(exchange, other, fitting(exchange))) {
        exchange.candidate = this.parts.router.choose(exchange, other, fitting(exchange));
        exchange.routeReason = reason ?? exchange.routeReason;
        return this.take(exchange, other);
      }
      exchange.route = route;
      otherwise();
    };
    const { guard, translator } = this.parts;
    if (!translator.isNeeded(exchange) || exchange.translation !== null) return take(true);
    translator.prepare(exchange, (problem) => guard.run(exchange, () => take(problem === null)));
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
    for (const attempt of exchange.running) attempt.clientLeft();
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

function isError<T extends Route | RequestWishes | null>(found: T | InferenceError): found is InferenceError {
  return found !== null && 'code' in found;
}

function rethrow(error: unknown): never {
  throw error;
}

/** A model that the key may use, elsewhere, is told to be somewhere else; any other is not there. */
function notServed({ principal, surface }: Exchange, model: string): InferenceError {
  if ((principal?.anyRouteOf(model) ?? null) === null) return modelNotFound(model);
  const message = `The model ${JSON.stringify(model)} cannot be used at this endpoint (${surface.endpoint}).`;
  return inferenceError('caller_invalid_request', { message, param: 'model' });
}

/** Aggregators take such a field as leave to serve another model than the one that was allowed, held and priced. */
function reroutesError(field: string): InferenceError {
  const message = `${JSON.stringify(field)} would let another model answer than the one in "model"; it is not supported.`;
  return inferenceError('caller_unsupported_parameter', { message, param: field });
}
