import type { AdmissionRequest, AdmissionResult, AdmissionStore, Capture, Hold, Refusal } from '@tollgate/admission';
import { estimateTokens, holdBound } from '@tollgate/billing';
import { formatPicos, nanosToPicos, picosToNanosUp } from '@tollgate/domain';

import { type InferenceError, inferenceError, type RefusalFacts } from '../../inference-error.js';
import type { RequestBody } from '../../request-body.js';
import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import { RunningList } from '../running-list.js';
import { bodyTokensBound, inputTokensBound } from './input-bound.js';

/** The most output that a request without a cap of its own may take under a budget, so that one cannot freeze it. */
const POLICY_OUTPUT_CAP = 16_384;
/** Output tokens that a rate limit expects of a request which does not say. Corrected when the request ends. */
const EXPECTED_OUTPUT_TOKENS = 1_024;
/** No model writes more in one answer; a caller who asks for more is held for this much. */
const LARGEST_OUTPUT = 10_000_000;
const RENEW_MS = 15_000;

/** Admits requests against rates and budgets, in one step, and keeps the holds of running ones alive. */
export class Admitter {
  private readonly holding = new RunningList<Exchange>();
  private readonly renewal: NodeJS.Timeout;

  constructor(private readonly store: AdmissionStore) {
    this.renewal = setInterval(() => this.renew(), RENEW_MS).unref();
  }

  /** Calls back once: with `null` when the request is admitted, else with what to tell the client. */
  admit(exchange: Exchange, done: (error: InferenceError | null) => void): void {
    const { principal, scanned, body } = exchange;
    if (principal === null || scanned === null || body === null) throw new Error('admission before parse');
    exchange.inputTokensBound = bodyTokensBound(body);
    const problem = principal.hasBudget ? this.boundMoney(exchange, body) : null;
    if (problem !== null) return done(problem);
    const expectedOutput = scanned.n * Math.min(scanned.maxOutputTokens ?? EXPECTED_OUTPUT_TOKENS, LARGEST_OUTPUT);
    const request: AdmissionRequest = {
      requestId: exchange.id.public,
      scopes: principal.scopes,
      tokensBound: estimateTokens(body.end - body.start) + expectedOutput,
      holdNanos: exchange.holdNanos,
      occurredAt: exchange.occurredAt,
    };
    const result = this.store.admit(request);
    if (result instanceof Promise) {
      result.then(
        (answer) => done(this.take(exchange, request, answer)),
        () => done(inferenceError('gateway_internal')),
      );
    } else {
      done(this.take(exchange, request, result));
    }
  }

  /** Ends the hold, if there is one: with what the request took, or with `null` when nobody is charged for it. */
  settle(exchange: Exchange, capture: Capture | null): void {
    const { hold } = exchange;
    if (hold === null) return;
    exchange.hold = null;
    this.holding.remove(exchange);
    if (capture === null) void this.store.void(hold);
    else void this.store.capture(hold, capture);
  }

  stop(): void {
    clearInterval(this.renewal);
  }

  private renew(): void {
    const holds: Hold[] = [];
    this.holding.forEach(({ hold }) => {
      if (hold !== null) holds.push(hold);
    });
    void this.store.renew(holds);
  }

  private take(exchange: Exchange, request: AdmissionRequest, result: AdmissionResult): InferenceError | null {
    if (!result.admitted) return refusalError(result, request, exchange.principal?.apiKeyName ?? '');
    exchange.hold = result.hold;
    this.holding.add(exchange);
    return null;
  }

  /** Sets the hold: an upper bound of what the request can cost at the dearest deployment that may serve it. */
  private boundMoney(exchange: Exchange, body: RequestBody): InferenceError | null {
    const { route, scanned } = exchange;
    if (route === null || scanned === null) throw new Error('a hold before routing');
    let picos = 0n;
    for (const candidate of route.candidates) {
      if (candidate.target.simulated) continue;
      const cap = Math.min(scanned.maxOutputTokens ?? POLICY_OUTPUT_CAP, candidate.maxOutputTokens ?? LARGEST_OUTPUT);
      if (scanned.maxOutputTokens === null) exchange.imposedOutputCap = Math.min(cap, exchange.imposedOutputCap ?? cap);
      const inputBound = inputTokensBound(exchange, body, candidate);
      if (inputBound === null) return unboundedInput(candidate);
      const searches = candidate.provider.searchesPerRequest(candidate.target.upstreamModel);
      const serviceTiers = candidate.provider.servableTiers?.(scanned.serviceTier) ?? null;
      const bound = holdBound(candidate.sheet, {
        inputTokensBound: inputBound,
        outputTokensCap: cap,
        n: scanned.n,
        region: candidate.target.region,
        occurredAt: exchange.occurredAt,
        credentialOwner: candidate.target.credentialOwner,
        ...(serviceTiers !== null && { serviceTiers }),
        ...(searches > 0 && { otherQuantities: { web_search: searches } }),
      });
      if (!bound.priced) return unpriced(scanned.serviceTier);
      if (bound.picos > picos) picos = bound.picos;
    }
    exchange.holdNanos = Number(picosToNanosUp(picos));
    return null;
  }
}

function unpriced(serviceTier: string | null): InferenceError {
  if (serviceTier === null) return inferenceError('policy_model_unpriced', { param: 'model' });
  const message = `The model has no price at the service tier ${JSON.stringify(serviceTier)}, and this key has a budget.`;
  return inferenceError('policy_model_unpriced', { message, param: 'service_tier' });
}

function unboundedInput({ target }: Candidate): InferenceError {
  const message =
    `Under a budget, images, files and audio can only go to models whose context window is known, and that of ` +
    `${JSON.stringify(target.upstreamModel)} is not.`;
  return inferenceError('caller_unsupported_parameter', { message, param: 'messages' });
}

function refusalError(refusal: Refusal, request: AdmissionRequest, keyName: string): InferenceError {
  const facts = refusalFacts(refusal, request);
  const whose = describeScope(refusal, keyName);
  const resets = facts.resetsAt === null ? '' : ` It resets at ${facts.resetsAt}.`;
  switch (refusal.limit) {
    case 'budget':
      return inferenceError('policy_budget_exceeded', {
        message:
          `The monthly budget of ${whose} does not cover this request, which may cost up to ${facts.needed} USD: of ` +
          `${facts.limitValue} USD, ${facts.spent} are spent and ${facts.held} held by running requests, which leaves ` +
          `${facts.available}. A lower max_tokens holds less.${resets}`,
        refusal: facts,
        retryAfterMs: refusal.retryAfterMs,
      });
    case 'concurrency':
      return inferenceError('policy_concurrency_limited', {
        message: `${capital(whose)} may run ${facts.limitValue} requests at once, and ${facts.held} are running.`,
        refusal: facts,
        retryAfterMs: refusal.retryAfterMs ?? 1_000,
      });
    case 'requests':
    case 'tokens':
      return inferenceError('policy_rate_limited', {
        message:
          `${capital(whose)} may use ${facts.limitValue} ${refusal.limit} per minute; ${facts.available} are available ` +
          `now, and this request needs ${facts.needed}.${resets}`,
        refusal: facts,
        retryAfterMs: refusal.retryAfterMs,
      });
  }
}

function describeScope({ scope }: Refusal, keyName: string): string {
  switch (scope.kind) {
    case 'api_key':
      return `the key ${JSON.stringify(keyName)}`;
    case 'organization':
      return 'the organization';
    case 'project':
    case 'member':
    case 'end_user':
    case 'tag':
      return `the ${scope.kind.replace('_', ' ')} ${scope.id}`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function refusalFacts(refusal: Refusal, request: AdmissionRequest): RefusalFacts {
  const quantity = refusal.limit === 'budget' ? dollars : wholeNumber;
  return {
    scope: refusal.scope.kind,
    scopeId: refusal.scope.id,
    limit: refusal.limit,
    limitValue: quantity(refusal.limitValue),
    spent: quantity(refusal.spent),
    held: quantity(refusal.held),
    available: quantity(refusal.available),
    needed: quantity(neededOf(refusal, request)),
    resetsAt: refusal.resetsAt === null ? null : new Date(refusal.resetsAt).toISOString(),
  };
}

function neededOf({ limit }: Refusal, request: AdmissionRequest): number {
  switch (limit) {
    case 'budget':
      return request.holdNanos;
    case 'tokens':
      return request.tokensBound;
    case 'requests':
    case 'concurrency':
      return 1;
  }
}

/** Buckets refill all the time; fractions of a request help nobody. */
function wholeNumber(value: number): string {
  return String(Math.floor(value));
}

function dollars(nanos: number): string {
  return formatPicos(nanosToPicos(nanos)).slice(0, -3);
}
