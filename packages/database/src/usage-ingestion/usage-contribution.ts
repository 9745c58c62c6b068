import type { Charge, WastedMoney } from '@tollgate/billing';
import type { Picos, Usage } from '@tollgate/domain';

import type { BookedEvent } from './booked-event.js';
import type { FundedEvent } from './funded-event.js';
import type { BookedOrganization } from './booking-calendar.js';

/** What one event adds to sums. A correction takes back what its predecessor added: `sign` is then −1. */
export interface UsageContribution {
  readonly sign: 1 | -1;
  /** Whether it is a request, or what one cost beside: that adds what we pay, and nothing that is counted or charged. */
  readonly isRequest: boolean;
  /** Under which kind its money is booked. */
  readonly kind: 'usage' | 'correction';
  readonly organization: BookedOrganization;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly memberId: string | null;
  readonly endUser: string | null;
  readonly tags: readonly string[];
  readonly occurredAt: number;
  readonly periodStartsAt: number;
  readonly accountingPeriod: string;
  readonly day: string;
  /** The model that the client named; `''` for a request that was never routed, whose model need not exist. */
  readonly model: string;
  readonly provider: string;
  readonly outcome: string;
  readonly deploymentId: string | null;
  readonly upstreamModel: string;
  readonly failed: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly usage: Usage;
  readonly charge: Charge;
  readonly providerCost: Picos;
  readonly listCost: Picos;
  readonly billedCost: Picos;
  readonly prepaidCost: Picos;
  readonly promoCost: Picos;
  /** What it costs more than without prompt caches, below 0 what is saved; null where none is used. */
  readonly promptCachePremium: WastedMoney | null;
  readonly totalMs: number;
  readonly firstTokenMs: number | null;
}

/** When and where a contribution happens, which is the same for a correction and what it corrects. */
type Occurrence = Pick<
  UsageContribution,
  'isRequest' | 'kind' | 'organization' | 'occurredAt' | 'periodStartsAt' | 'accountingPeriod' | 'day'
>;

export function occurrenceOf({ event, organization, ...booked }: BookedEvent): Occurrence {
  return {
    isRequest: event.part === 0,
    kind: event.revision === 0 ? 'usage' : 'correction',
    organization,
    occurredAt: event.occurredAt,
    periodStartsAt: booked.periodStartsAt,
    accountingPeriod: booked.accountingPeriod,
    day: booked.day,
  };
}

export function contributionOf(booked: FundedEvent): UsageContribution {
  const { event } = booked;
  const { target } = event;
  return confined({
    ...occurrenceOf(booked),
    sign: 1,
    projectId: event.projectId,
    apiKeyId: event.apiKeyId,
    memberId: event.memberId,
    endUser: event.endUser,
    tags: event.tags,
    model: target === null ? '' : event.requestedModel,
    provider: target?.provider ?? '',
    outcome: event.outcome,
    deploymentId: target?.deploymentId ?? null,
    upstreamModel: target?.upstreamModel ?? '',
    failed: event.errorCode !== null,
    inputTokens: booked.inputTokens,
    outputTokens: booked.outputTokens,
    cacheReadTokens: booked.cacheReadTokens,
    usage: booked.usage,
    charge: booked.charge,
    providerCost: booked.providerCost,
    listCost: booked.listCost,
    billedCost: booked.billedCost,
    prepaidCost: booked.prepaidCost,
    promoCost: booked.promoCost,
    promptCachePremium: booked.promptCachePremium,
    totalMs: event.timings.totalMs,
    firstTokenMs: event.timings.firstTokenMs,
  });
}

/**
 * Of what a request cost beside, nothing but its provider cost: wasted attempts, hedges that lost and shadow copies are no
 * requests, and what customers are shown (requests, errors, tokens, list cost, latency) is what they are charged for.
 */
export function confined(contribution: UsageContribution): UsageContribution {
  if (contribution.isRequest) return contribution;
  return {
    ...contribution,
    failed: false,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    usage: {},
    listCost: 0n,
  };
}
