import type { InferenceError } from '../../inference-error.js';
import type { Exchange } from '../exchange.js';
import { modelNotFound } from './model-not-found.js';
import type { Route } from './route.js';

/** The route with what the request itself names as its fallbacks; what the key may not use does not exist. */
export function withFurtherModels(
  route: Route,
  models: readonly string[],
  { principal, surface }: Pick<Exchange, 'principal' | 'surface'>,
): Route | InferenceError {
  // the first may be named once more: that is how lists are written elsewhere
  const others = models.filter((model) => model !== route.model);
  if (others.length === 0 || principal === null) return route;
  const stranger = others.find((model) => principal.routeOf(model, surface.dialect) === null);
  if (stranger !== undefined) return modelNotFound(stranger);
  const further = principal.routeInOrder(others, surface.dialect, route.definition.constraints);
  if (further === null || further.blocked !== null) return route;
  const { budget } = route.fallbacks;
  const fallbacks = {
    overload: further,
    'context-length': further,
    'content-filter': further,
    ...(budget && { budget }),
  };
  return { ...route, fallbacks };
}
