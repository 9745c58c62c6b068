import type { AdmissionRequest, AdmissionResult, AdmissionStore, Capture, Downgrade, Hold } from '@tollgate/admission';
import { estimateTokens, type HoldBound, holdBound } from '@tollgate/billing';
import { picosToNanosUp } from '@tollgate/domain';
import type { ScannedRequest } from '@tollgate/providers';

import { type InferenceError, inferenceError } from '../../inference-error.js';
import { conversationOf, type Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';
import { refusalError } from './refusal-error.js';
import { RunningList } from '../running-list.js';
import { bodyTokensBound, inputTokensBound } from './input-bound.js';
import { operationBound } from './operation-bound.js';

/** The most output that a request without a cap of its own may take where money is limited, so that one cannot freeze it. */
const POLICY_OUTPUT_CAP = 16_384;
/** Output tokens that a rate limit expects of a request which does not say. Corrected when the request ends. */
const EXPECTED_OUTPUT_TOKENS = 1_024;
/** No model writes more in one answer; a caller who asks for more is held for this much. */
const LARGEST_OUTPUT = 10_000_000;
const RENEW_MS = 15_000;

/** Admits requests against rates, budgets and balances, in one step, and keeps the holds of running ones alive. */
export class Admitter {
  private readonly holding = new RunningList<Exchange>();
  private readonly renewal: NodeJS.Timeout;

  constructor(private readonly store: AdmissionStore) {
    this.renewal = setInterval(() => this.renew(), RENEW_MS).unref();
  }

  /**
   * Calls back once: with `null` when the request is admitted, with `downgrade` when it is to be routed to a cheaper
   * model first, else with what to tell the client.
   */
  admit(exchange: Exchange, done: (error: InferenceError | 'downgrade' | null) => void): void {
    const { principal, scanned } = exchange;
    if (principal === null || scanned === null) throw new Error('admission before parse');
    const expected = expectedTokens(exchange, scanned);
    const problem = principal.hasMoneyScope ? this.boundMoney(exchange, scanned) : null;
    if (problem !== null) return done(problem);
    const request: AdmissionRequest = {
      requestId: exchange.id.public,
      scopes: principal.scopes,
      tokensBound: expected,
      holdNanos: exchange.holdNanos,
      occurredAt: exchange.occurredAt,
      mayDowngrade: !exchange.downgraded,
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

  /** Lets the hold cover other deployments than those that it was placed for; calls back whether it does. */
  transfer(exchange: Exchange, candidates: readonly Candidate[], done: (isHeld: boolean) => void): void {
    const { hold, principal, scanned } = exchange;
    if (hold === null || scanned === null) return done(false);
    if (principal?.hasMoneyScope !== true) return done(true);
    const nanos = this.nanosFor(exchange, scanned, candidates);
    if (typeof nanos !== 'number') return done(false);
    if (nanos <= hold.nanos) return done(true);
    const result = this.store.transfer(hold, nanos);
    const take = (answer: AdmissionResult): void => {
      if (answer.admitted) exchange.holdNanos = nanos;
      done(answer.admitted);
    };
    if (result instanceof Promise) result.then(take, () => done(false));
    else take(result);
  }

  /** Whether what is held is enough for the deployment. */
  covers(exchange: Exchange, candidate: Candidate): boolean {
    const { hold, principal, scanned } = exchange;
    if (hold === null || scanned === null) return false;
    if (principal?.hasMoneyScope !== true) return true;
    const nanos = this.nanosFor(exchange, scanned, [candidate]);
    return typeof nanos === 'number' && nanos <= hold.nanos;
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

  private take(
    exchange: Exchange,
    request: AdmissionRequest,
    result: AdmissionResult | Downgrade,
  ): InferenceError | 'downgrade' | null {
    if (!result.admitted && result.downgrade) return 'downgrade';
    exchange.rates = result.rates;
    if (!result.admitted) return refusalError(result, request, exchange.principal?.apiKeyName ?? '');
    exchange.hold = result.hold;
    this.holding.add(exchange);
    return null;
  }

  /** Sets the hold: an upper bound of what the request can cost at the dearest deployment that may serve it. */
  private boundMoney(exchange: Exchange, scanned: ScannedRequest): InferenceError | null {
    const { route } = exchange;
    if (route === null) throw new Error('a hold before routing');
    const { candidates, canary } = route;
    const nanos = this.nanosFor(
      exchange,
      scanned,
      canary === null ? candidates : [...candidates, ...canary.candidates],
    );
    if (typeof nanos !== 'number') return nanos;
    exchange.holdNanos = nanos;
    return null;
  }

  private nanosFor(
    exchange: Exchange,
    scanned: ScannedRequest,
    candidates: readonly Candidate[],
  ): number | InferenceError {
    const { operation } = exchange;
    let picos = 0n;
    let before: Candidate | null = null;
    for (const candidate of candidates) {
      if (candidate.target.simulated || (before !== null && costsAlike(before, candidate))) continue;
      before = candidate;
      const bound =
        operation === null
          ? conversationBound(exchange, scanned, candidate)
          : operationBound(operation.boundsAt(candidate), candidate, exchange);
      if ('code' in bound) return bound;
      if (!bound.priced) return unpriced(scanned.serviceTier);
      if (bound.picos > picos) picos = bound.picos;
    }
    return Number(picosToNanosUp(picos));
  }
}

/** Whether a request can cost neither more nor less at one deployment than at the other: most routes lead to one model. */
function costsAlike(a: Candidate, b: Candidate): boolean {
  return (
    a.sheet === b.sheet &&
    a.provider === b.provider &&
    a.dialect === b.dialect &&
    a.operation === b.operation &&
    a.contextWindow === b.contextWindow &&
    a.maxOutputTokens === b.maxOutputTokens &&
    a.target.upstreamModel === b.target.upstreamModel &&
    a.target.region === b.target.region &&
    a.target.credentialOwner === b.target.credentialOwner
  );
}

/** What a rate limit takes for the request until it has ended; sets the estimate after a crash. */
function expectedTokens(exchange: Exchange, { n, maxOutputTokens }: ScannedRequest): number {
  const { body, candidate, operation } = exchange;
  if (operation !== null && candidate !== null) {
    const { inputTokens, outputTokens } = operation.boundsAt(candidate);
    exchange.inputTokensBound = inputTokens;
    return estimateTokens(inputTokens) + outputTokens;
  }
  if (body === null) throw new Error('admission before parse');
  exchange.inputTokensBound = bodyTokensBound(body);
  return (
    estimateTokens(body.end - body.start) + n * Math.min(maxOutputTokens ?? EXPECTED_OUTPUT_TOKENS, LARGEST_OUTPUT)
  );
}

function conversationBound(
  exchange: Exchange,
  scanned: ScannedRequest,
  candidate: Candidate,
): HoldBound | InferenceError {
  const { body } = exchange;
  if (body === null) throw new Error('a hold before parse');
  const bounded = conversationOf(exchange).searchesBound(body);
  if (bounded === null) return unboundedSearches();
  const cap = Math.min(scanned.maxOutputTokens ?? POLICY_OUTPUT_CAP, candidate.maxOutputTokens ?? LARGEST_OUTPUT);
  if (scanned.maxOutputTokens === null) exchange.imposedOutputCap = Math.min(cap, exchange.imposedOutputCap ?? cap);
  const inputBound = inputTokensBound(exchange, body, candidate);
  if (inputBound === null) return unboundedInput(candidate);
  const searches = bounded + candidate.provider.searchesPerRequest(candidate.target.upstreamModel);
  const serviceTiers = candidate.provider.servableTiers?.(scanned.serviceTier) ?? null;
  return holdBound(candidate.sheet, {
    inputTokensBound: inputBound,
    outputTokensCap: cap,
    n: scanned.n,
    region: candidate.target.region,
    occurredAt: exchange.occurredAt,
    credentialOwner: candidate.target.credentialOwner,
    ...(serviceTiers !== null && { serviceTiers }),
    ...(searches > 0 && { otherQuantities: { web_search: searches } }),
  });
}

function unpriced(serviceTier: string | null): InferenceError {
  if (serviceTier === null) return inferenceError('policy_model_unpriced', { param: 'model' });
  const message = `The model has no price at the service tier ${JSON.stringify(serviceTier)}, and money is limited for this key.`;
  return inferenceError('policy_model_unpriced', { message, param: 'service_tier' });
}

function unboundedSearches(): InferenceError {
  const message = 'Where money is limited, a tool that searches the web needs "max_uses": each search is billed.';
  return inferenceError('caller_invalid_request', { message, param: 'tools' });
}

function unboundedInput({ target }: Candidate): InferenceError {
  const message =
    `Where money is limited, images, files and audio can only go to models whose context window is known, and that of ` +
    `${JSON.stringify(target.upstreamModel)} is not.`;
  return inferenceError('caller_unsupported_parameter', { message, param: 'messages' });
}
