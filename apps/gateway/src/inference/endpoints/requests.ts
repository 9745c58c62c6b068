import type { ServerResponse } from 'node:http';

import type { RequestRecord } from '@tollgate/analytics';
import type { AttemptRecord, DecisionCandidate, Picos, RouteDecision, UsageEvent } from '@tollgate/domain';
import { formatPicos, publicRequestId, requestUuid } from '@tollgate/domain';

import type { Principal } from '../control-plane/principal.js';
import { inferenceError } from '../inference-error.js';
import type { RecentRequests } from '../pipeline/recording/recent-requests.js';
import { answerError, answerJson } from './answer-json.js';

export interface RequestSources {
  readonly recent: RecentRequests;
  /** Reads a request of the organization out of the books; `null` while it is not booked. */
  readonly booked: (requestUuid: string, organizationId: string) => Promise<RequestRecord | null>;
}

/**
 * `GET /v1/requests/{id}`: what a request used and cost. It answers at once: `pending` with the gateway's own capture,
 * then `rated` with the truth of the books.
 */
export async function showRequest(
  response: ServerResponse,
  asked: { principal: Principal; id: string },
  { recent, booked }: RequestSources,
): Promise<void> {
  const uuid = requestUuid(asked.id);
  if (uuid === null) return answerError(response, inferenceError('caller_request_not_found'));
  const { organizationId, projectId } = asked.principal;
  const found = await booked(uuid, organizationId).catch(() => 'unavailable' as const);
  const pending = recent.find(uuid, organizationId);
  if (found === 'unavailable' && pending === null) {
    return answerError(response, inferenceError('gateway_books_unavailable'));
  }
  const isRated = found !== null && found !== 'unavailable';
  const answer = isRated ? ratedObject(found) : pending === null ? null : pendingObject(pending);
  // a key sees its own project only
  if (answer === null || answer['project_id'] !== projectId) {
    return answerError(response, inferenceError('caller_request_not_found'));
  }
  answerJson(response, answer);
}

function pendingObject(record: string): Record<string, unknown> {
  const event = JSON.parse(record) as UsageEvent;
  return {
    object: 'request',
    id: publicRequestId(event.requestId),
    status: 'pending',
    occurred_at: new Date(event.occurredAt).toISOString(),
    project_id: event.projectId,
    api_key_id: event.apiKeyId,
    requested_model: event.requestedModel,
    served_model: event.servedModel,
    provider: event.target?.provider ?? null,
    simulated: event.target?.simulated ?? false,
    outcome: event.outcome,
    error_code: event.errorCode,
    http_status: event.status,
    usage: event.usage,
    usage_source: event.usageSource,
    cost: event.capturedCost === null ? null : { amount: event.capturedCost, currency: 'USD' },
    lines: [],
    attempts: event.attempts.map(shownAttempt),
    routing: shownRouting(event.routing),
    timings: event.timings,
  };
}

function ratedObject(request: RequestRecord): Record<string, unknown> {
  return {
    object: 'request',
    id: publicRequestId(request.requestId),
    status: request.ratingState === 'unpriced' ? 'unpriced' : 'rated',
    occurred_at: request.occurredAt.toISOString(),
    project_id: request.projectId,
    api_key_id: request.apiKeyId,
    requested_model: request.requestedModel,
    served_model: request.servedModel,
    provider: request.provider,
    simulated: request.simulated,
    outcome: request.outcome,
    error_code: request.errorCode,
    http_status: request.status,
    usage: request.usage,
    usage_source: request.usageSource,
    cost: request.ratingState === 'unpriced' ? null : dollars(request.billedCost),
    lines: request.lines.map((line) => ({
      meter: line.meter,
      quantity: line.quantity,
      priced_as: line.pricedAs,
      unit_amount: formatPicos(line.unitAmount),
      per: line.per,
      cost: dollars(line.billedCost),
    })),
    attempts: request.attempts.map(shownAttempt),
    routing: shownRouting(request.routing),
    timings: request.timings,
  };
}

/** What an attempt cost us is the operator's business. */
function shownAttempt(attempt: AttemptRecord): Omit<AttemptRecord, 'cost'> {
  const { deploymentId, provider, upstreamModel, status, errorCode, startedMs, endedMs } = attempt;
  return { deploymentId, provider, upstreamModel, status, errorCode, startedMs, endedMs };
}

/** How much runs at a deployment tells of others, too. */
function shownRouting(routing: RouteDecision | null): object | null {
  if (routing === null) return null;
  return { ...routing, candidates: routing.candidates.map(withoutLoad) };
}

function withoutLoad(candidate: DecisionCandidate): object {
  return Object.fromEntries(Object.entries(candidate).filter(([name]) => name !== 'inFlight'));
}

const dollars = (picos: Picos) => ({ amount: formatPicos(picos), currency: 'USD' });
