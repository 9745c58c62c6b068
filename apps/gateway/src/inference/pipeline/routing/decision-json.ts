import type { DecisionCandidate, DecisionReason, Target } from '@tollgate/domain';
import type { Choice } from '@tollgate/routing';

import type { Candidate, LeftOut, Route, RouteContender } from './route.js';

/** More than these are not kept of one decision: a pattern may lead to dozens. */
const MOST_KEPT_CANDIDATES = 12;

/** A decision as it was made. */
export interface Decided {
  readonly choice: Choice<RouteContender>;
  readonly leftOut: readonly LeftOut[];
  readonly reason: DecisionReason;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** What decisions say of a deployment that never changes: the beginning of a `DecisionCandidate`. */
export function decisionHead({ deploymentId, provider, upstreamModel, region }: Target): string {
  return JSON.stringify({ deploymentId, provider, upstreamModel, region }).slice(0, -1);
}

/**
 * A `RouteDecision` of `@tollgate/domain` as text, for the journal. Put together by hand, since every routed request has
 * one: serializing objects, and writing out fractions, cost four times as much. A test parses what is written here.
 */
export function decisionJson(route: Route, { choice, leftOut, reason, now }: Decided): string {
  const { order, scores, prices } = choice;
  let candidates = '';
  for (let i = 0; i < order.length && i < MOST_KEPT_CANDIDATES; i++) {
    const { candidate } = order[i] as RouteContender;
    const told = { score: scores[i] ?? null, price: prices[i] ?? null, excluded: candidate.health.exclusion(now) };
    candidates += (i === 0 ? '' : ',') + candidateJson(candidate, told, now);
  }
  for (let i = 0; i < leftOut.length && order.length + i < MOST_KEPT_CANDIDATES; i++) {
    const { candidate, exclusion: excluded } = leftOut[i] as LeftOut;
    candidates +=
      (candidates === '' ? '' : ',') + candidateJson(candidate, { score: null, price: null, excluded }, now);
  }
  const routeId = route.routeId === null ? 'null' : `"${route.routeId}"`;
  return `{"routeId":${routeId},"strategy":"${route.definition.strategy}","reason":"${reason}","candidates":[${candidates}]}`;
}

type Told = Pick<DecisionCandidate, 'score' | 'price' | 'excluded'>;

function candidateJson(
  { decisionHead: head, health }: Candidate,
  { score, price, excluded }: Told,
  now: number,
): string {
  return (
    `${head},"score":${scaled(score, 9)},"price":${scaled(price, 9)},"uptime":${scaled(health.uptime(now), 4)}` +
    `,"firstTokenMs":${scaled(health.firstTokenMs, 0)},"tokensPerSecond":${scaled(health.tokensPerSecond, 1)}` +
    `,"cacheShare":${scaled(health.cacheShare, 3)},"inFlight":${health.inFlight}` +
    `,"excluded":${excluded === null ? 'null' : `"${excluded}"`}}`
  );
}

const STEPS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** So many decimals, as a whole number with an exponent: the engine writes those out five times as fast. */
function scaled(figure: number | null, decimals: number): string {
  if (figure === null || !Number.isFinite(figure)) return 'null';
  const whole = Math.round(figure * (STEPS[decimals] as number));
  return decimals === 0 || whole === 0 ? String(whole) : `${whole}e-${decimals}`;
}
