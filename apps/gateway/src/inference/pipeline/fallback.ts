import type { FallbackCause } from '@tollgate/domain';
import { restoreRequest } from '@tollgate/providers';

import type { Admitter } from './admission/admit.js';
import { fitting } from './crossing/crossing-of.js';
import type { Translator } from './crossing/translator.js';
import { type FailedAttempt, fallbackCause, untried } from './dispatch/retry-plan.js';
import type { Exchange } from './exchange.js';
import type { Candidate, Route, RouteContender } from './routing/route.js';
import { contendersFor } from './routing/router.js';

type Found = (candidate: Candidate | null) => void;

/** Other models that are asked when those of a route have failed, by the lists that the route or the request has for it. */
export class Fallback {
  constructor(
    private readonly translator: Translator,
    private readonly admitter: Admitter,
  ) {}

  /** Calls back with the deployment to ask next, for which everything is ready; with `null` where there is none. */
  find(exchange: Exchange, failed: FailedAttempt, found: Found): void {
    const cause = fallbackCause(failed);
    const route = cause === null ? undefined : exchange.route?.fallbacks[cause];
    if (cause === null || route === undefined) return found(null);
    const { body, scanned } = exchange;
    // it is read once more, to be translated and to be bounded
    if (body !== null && scanned !== null) restoreRequest(body, scanned);
    this.whenTranslatable(exchange, route, (isTranslatable) => {
      if (!isTranslatable || exchange.clientGone) return found(null);
      const fits = fitting(exchange);
      const { contenders } = contendersFor(exchange, route, fits);
      const candidate = untried({ ...failed, order: contenders, fits });
      if (candidate === null) return found(null);
      this.hold(exchange, { candidate, contenders }, (order) => {
        if (order === null) return found(null);
        exchange.order = order;
        exchange.routeReason = REASONS[cause];
        found(candidate);
      });
    });
  }

  /**
   * What these models can cost may be more than what is held. Calls back with those that are held for from now on: all of
   * them, where the budget covers the dearest; else the first and those that cost no more; `null` where it covers none.
   */
  private hold(
    exchange: Exchange,
    { candidate, contenders }: { readonly candidate: Candidate; readonly contenders: readonly RouteContender[] },
    held: (order: readonly RouteContender[] | null) => void,
  ): void {
    const all = contenders.map((contender) => contender.candidate);
    this.admitter.transfer(exchange, all, (isHeldForAll) => {
      if (isHeldForAll) return held(contenders);
      this.admitter.transfer(exchange, [candidate], (isHeld) => {
        held(isHeld ? contenders.filter((contender) => this.admitter.covers(exchange, contender.candidate)) : null);
      });
    });
  }

  /** A request that was passed through so far may have to be told in another dialect now. */
  private whenTranslatable(exchange: Exchange, { candidates }: Route, then: (isTranslatable: boolean) => void): void {
    const isForeign = candidates.some(({ dialect }) => dialect !== exchange.surface.dialect);
    if (!isForeign || exchange.translation !== null) return then(true);
    this.translator.prepare(exchange, (problem) => then(problem === null));
  }
}

const REASONS: Readonly<Record<FallbackCause, string>> = {
  overload: 'fallback-overload',
  'context-length': 'fallback-context-length',
  'content-filter': 'fallback-content-filter',
  budget: 'downgraded',
};
