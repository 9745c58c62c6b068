import { DECISION_REASONS, EXCLUSIONS, STRATEGIES } from '@tollgate/domain';
import type { DecisionCandidate, RouteDecision } from '@tollgate/domain';

import {
  figure,
  InvalidUsageEvent,
  list,
  oneOf,
  optionalFigure,
  optionalText,
  requireObject,
  text,
  whole,
} from './event-fields.js';
import type { Fields } from './event-fields.js';

/** More than any route has; a decision is kept with each of its requests. */
const MAX_CANDIDATES = 1_000;
const MAX_NAME_LENGTH = 256;

/** Reads and checks how a request found its deployment. @throws InvalidUsageEvent when it is none. */
export function readRouteDecision(fields: Fields): RouteDecision {
  const candidates = list(fields, 'candidates');
  if (candidates.length > MAX_CANDIDATES) throw new InvalidUsageEvent('routing has too many candidates');
  return {
    routeId: optionalText(fields, 'routeId'),
    strategy: oneOf(fields, 'strategy', STRATEGIES),
    reason: oneOf(fields, 'reason', DECISION_REASONS),
    candidates: candidates.map(candidate),
  };
}

function candidate(value: unknown): DecisionCandidate {
  const fields = requireObject(value, 'a candidate');
  return {
    deploymentId: text(fields, 'deploymentId'),
    provider: text(fields, 'provider'),
    upstreamModel: text(fields, 'upstreamModel').slice(0, MAX_NAME_LENGTH),
    region: text(fields, 'region'),
    score: score(fields),
    price: optionalFigure(fields, 'price'),
    uptime: figure(fields, 'uptime', 1),
    firstTokenMs: optionalFigure(fields, 'firstTokenMs'),
    tokensPerSecond: optionalFigure(fields, 'tokensPerSecond'),
    cacheShare: figure(fields, 'cacheShare', 1),
    inFlight: whole(fields, 'inFlight', Number.MAX_SAFE_INTEGER),
    excluded: fields['excluded'] === null ? null : oneOf(fields, 'excluded', EXCLUSIONS),
  };
}

/** Any finite number: what is measured from an average may lie below it. */
function score(fields: Fields): number | null {
  const value = fields['score'];
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new InvalidUsageEvent('score is not a number');
}
