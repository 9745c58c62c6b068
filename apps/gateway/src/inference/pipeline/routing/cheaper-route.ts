import type { Route, RouteContender } from './route.js';

/** Of what a model costs, one price for both: answers are about a quarter as long as what is asked. */
const OUTPUT_SHARE = 0.25;

/**
 * What a budget that is nearly used up leads to: the route's own fallbacks for it, or its cheapest deployments. `null`
 * where nothing is cheaper.
 */
export function cheaperRoute(route: Route): Route | null {
  const { budget } = route.fallbacks;
  if (budget !== undefined) {
    return { ...budget, model: route.model, modelJson: route.modelJson, routeId: route.routeId };
  }
  const least = Math.min(...route.contenders.map(priceOf));
  const contenders = route.contenders.filter((contender) => priceOf(contender) === least);
  const [first, ...rest] = contenders.map(({ candidate }) => candidate);
  if (first === undefined || contenders.length === route.contenders.length) return null;
  return { ...route, contenders, candidates: [first, ...rest], canary: null };
}

function priceOf({ prices }: RouteContender): number {
  return prices === null ? Number.POSITIVE_INFINITY : prices.input + OUTPUT_SHARE * prices.output;
}
