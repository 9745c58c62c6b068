import type { Charge } from '@tollgate/billing';
import type { Picos, Usage } from '@tollgate/domain';

import type { BookedEvent } from './booked-event.js';
import type { BookedOrganization } from './booking-calendar.js';

/** What one event adds to sums. A correction takes back what its predecessor added: `sign` is then −1. */
export interface UsageContribution {
  readonly sign: 1 | -1;
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
  readonly totalMs: number;
  readonly firstTokenMs: number | null;
}

export function contributionOf(booked: BookedEvent): UsageContribution {
  const { event } = booked;
  const { target } = event;
  return {
    sign: 1,
    organization: booked.organization,
    projectId: event.projectId,
    apiKeyId: event.apiKeyId,
    memberId: event.memberId,
    endUser: event.endUser,
    tags: event.tags,
    occurredAt: event.occurredAt,
    periodStartsAt: booked.periodStartsAt,
    accountingPeriod: booked.accountingPeriod,
    day: booked.day,
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
    totalMs: event.timings.totalMs,
    firstTokenMs: event.timings.firstTokenMs,
  };
}
