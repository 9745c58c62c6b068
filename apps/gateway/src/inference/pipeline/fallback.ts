import type { FallbackCause } from '@tollgate/domain';

import type { Admitter } from './admission/admit.js';
import { fitting } from './crossing/crossing-of.js';
import type { Translator } from './crossing/translator.js';
import { type FailedAttempt, fallbackCause, untried } from './dispatch/retry-plan.js';
import type { Exchange } from './exchange.js';
import type { Candidate, Route } from './routing/route.js';

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
    this.whenTranslatable(exchange, route, (isTranslatable) => {
      if (!isTranslatable || exchange.clientGone) return found(null);
      const order = route.contenders;
      const candidate = untried({ ...failed, order, fits: fitting(exchange) });
      if (candidate === null) return found(null);
      // what this model can cost may be more than what is held
      this.admitter.transfer(exchange, candidate, (isHeld) => {
        if (isHeld) exchange.order = order;
        if (isHeld) exchange.routeReason = REASONS[cause];
        found(isHeld ? candidate : null);
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
