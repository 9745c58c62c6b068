import { parsePicos, type Exclusion, type RoutingConstraints } from '@tollgate/domain';

import type { Candidate } from './route.js';

/** A number for comparing prices; what is billed is never computed with it. */
const USD_PER_MILLION = 1e6;

/** The first constraint that the deployment does not meet, or `null`. */
export function unmet(constraints: RoutingConstraints, candidate: Candidate): Exclusion | null {
  const { providers, regions, residency, minContext, maxPrice } = constraints;
  const { target, isLocal, contextWindow } = candidate;
  if (providers !== undefined && !providers.includes(target.provider)) return 'provider';
  if (regions !== undefined && !regions.includes(target.region)) return 'region';
  if (residency === 'local-only' && !isLocal) return 'residency';
  if (!hasModalities(constraints, candidate)) return 'modality';
  if (minContext !== undefined && (contextWindow === null || contextWindow < minContext)) return 'context';
  return maxPrice !== undefined && isDearer(maxPrice, candidate) ? 'price' : null;
}

function hasModalities(
  { inputModalities = [], outputModalities = [] }: RoutingConstraints,
  candidate: Candidate,
): boolean {
  return (
    inputModalities.every((modality) => candidate.inputModalities.includes(modality)) &&
    outputModalities.every((modality) => candidate.outputModalities.includes(modality))
  );
}

/** What costs nothing by its nature is within every price. */
function isDearer(
  { input, output }: NonNullable<RoutingConstraints['maxPrice']>,
  { unitPrices, target }: Candidate,
): boolean {
  if (target.simulated) return false;
  if (unitPrices === null) return true;
  const above = (price: number, most: string | undefined): boolean =>
    most !== undefined && price * USD_PER_MILLION > Number(parsePicos(most)) / 1e12;
  return above(unitPrices.input, input) || above(unitPrices.output, output);
}
