import type { RequestRecord } from '@tollgate/analytics';
import { rate } from '@tollgate/billing';
import type { SnapshotPrices } from '@tollgate/database';
import { formatPicos, type DecisionCandidate, type RouteDecision } from '@tollgate/domain';
import { catalogueModelOf, providerById } from '@tollgate/providers';
import type { MoneyAmount, RequestRouting } from '@tollgate/wire';
import { dollars } from '../http/presentation.js';
import type { RoutingFacts } from './requests.repository.js';

interface RoutingContext extends RoutingFacts {
  /** What the request was rated with; `null` when it has none. */
  readonly prices: SnapshotPrices | null;
  readonly isOperator: boolean;
}

/** Why the request got its deployment, and what it would have cost elsewhere. */
export function presentRouting(record: RequestRecord, routing: RouteDecision, context: RoutingContext): RequestRouting {
  return {
    routeId: routing.routeId,
    routeName: context.routeName,
    strategy: routing.strategy,
    reason: routing.reason,
    candidates: routing.candidates.map((candidate) => ({
      ...candidate,
      inFlight: context.isOperator ? candidate.inFlight : null,
      wouldCost: wouldCost(record, candidate, context),
    })),
  };
}

/** The request's own usage by the same prices and the same function: a difference is the deployment, and nothing else. */
function wouldCost(record: RequestRecord, candidate: DecisionCandidate, context: RoutingContext): MoneyAmount | null {
  const { prices, isSimulated } = context;
  if (prices === null) return null;
  const { provider, upstreamModel, region } = candidate;
  const { billedCost, unpriced } = rate(
    prices.sheet(provider, catalogueModelOf(provider, upstreamModel) ?? upstreamModel),
    {
      usage: record.usage,
      // a tier is a word of its provider
      serviceTier: provider === record.provider ? record.serviceTier : '*',
      region,
      occurredAt: record.occurredAt.getTime(),
      credentialOwner: hasOwnCredential(record, candidate, context) ? 'organization' : 'operator',
      simulated: providerById(provider)?.simulated === true && !isSimulated,
    },
  );
  return unpriced.length > 0 ? null : dollars(formatPicos(billedCost));
}

/** Of the deployment that served the request, as it was then; of the others, as it is now. */
function hasOwnCredential(
  record: RequestRecord,
  { deploymentId }: DecisionCandidate,
  { ownDeployments }: RoutingContext,
): boolean {
  if (deploymentId === record.deploymentId) return record.credentialOwner === 'organization';
  return ownDeployments.has(deploymentId);
}
