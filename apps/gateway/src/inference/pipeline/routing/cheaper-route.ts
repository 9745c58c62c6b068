import type { Exchange } from '../exchange.js';
import type { Candidate, Route, RouteContender } from './route.js';
import { contendersFor } from './router.js';

type Fits = (candidate: Candidate) => boolean;

/** Of what a model costs, one price for both: answers are about a quarter as long as what is asked. */
const OUTPUT_SHARE = 0.25;

/**
 * What a budget that is nearly used up leads to: the route's own fallbacks for it, or the cheapest of its deployments that
 * this request may be sent to now. `null` where nothing is cheaper.
 */
export function cheaperRoute(exchange: Exchange, route: Route, fits: Fits): Route | null {
  const { budget } = route.fallbacks;
  if (budget !== undefined) return named(budget, route);
  const standing = standingOf(exchange, route, fits);
  const least = Math.min(...standing.map(priceOf));
  const contenders = standing.filter((contender) => priceOf(contender) === least);
  const [first, ...rest] = contenders.map(({ candidate }) => candidate);
  if (first === undefined || contenders.length === route.contenders.length) return null;
  return { ...route, contenders, candidates: [first, ...rest], canary: null };
}

/** A fallback of a route, under the name that was asked for. */
export const named = (fallback: Route, { model, modelJson, routeId }: Route): Route => ({
  ...fallback,
  ...{ model, modelJson, routeId },
});

/** Whether the request may be sent to any deployment of the route now. */
export const standsNow = (exchange: Exchange, route: Route, fits: Fits): boolean =>
  standingOf(exchange, route, fits).length > 0;

function standingOf(exchange: Exchange, route: Route, fits: Fits): readonly RouteContender[] {
  const now = performance.now();
  return contendersFor(exchange, route, fits).contenders.filter(({ health }) => health.mayAsk(now));
}

function priceOf({ prices }: RouteContender): number {
  return prices === null ? Number.POSITIVE_INFINITY : prices.input + OUTPUT_SHARE * prices.output;
}
