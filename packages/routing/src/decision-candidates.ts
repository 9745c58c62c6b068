import type { DecisionCandidate, Exclusion } from '@tollgate/domain';

import type { Choice, Contender } from './contender.js';

/** What a contender is called in records. */
export interface CandidateName {
  readonly provider: string;
  readonly region: string;
}

export interface CandidateFigures {
  readonly score: number | null;
  readonly price: number | null;
  readonly excluded: Exclusion | null;
}

/** One deployment as it looks now, for the record of a decision. Also for those that never stood. */
export function decisionCandidate(
  { health }: Pick<Contender, 'health'>,
  { provider, region }: CandidateName,
  { score, price, excluded, now }: CandidateFigures & { readonly now: number },
): DecisionCandidate {
  return {
    deploymentId: health.deploymentId,
    provider,
    upstreamModel: health.upstreamModel,
    region,
    score: rounded(score, 1e9),
    price: rounded(price, 1e9),
    uptime: rounded(health.uptime(now), 1e4),
    firstTokenMs: rounded(health.firstTokenMs, 1),
    tokensPerSecond: rounded(health.tokensPerSecond, 10),
    cacheShare: rounded(health.cacheShare, 1e3),
    inFlight: health.inFlight,
    excluded,
  };
}

/** All that stood, in the order in which they are asked. */
export function decisionCandidates<C extends Contender>(
  { order, scores, prices }: Choice<C>,
  now: number,
  nameOf: (contender: C) => CandidateName,
): DecisionCandidate[] {
  return order.map((contender, index) =>
    decisionCandidate(contender, nameOf(contender), {
      score: scores[index] ?? null,
      price: prices[index] ?? null,
      excluded: contender.health.exclusion(now),
      now,
    }),
  );
}

/** Records are kept by the million: no more digits than say something. */
function rounded<T extends number | null>(figure: T, steps: number): T | number {
  return figure === null ? figure : Math.round(figure * steps) / steps;
}
