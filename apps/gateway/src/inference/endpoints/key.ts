import type { ServerResponse } from 'node:http';

import type { AdmissionStore, BalanceState, ScopeState } from '@tollgate/admission';
import { formatPicos, nanosToPicos } from '@tollgate/domain';

import type { Principal } from '../control-plane/principal.js';
import { answerJson } from './answer-json.js';

/**
 * `GET /v1/key`: what the key may do, what is spent, held and available in each scope that it counts in, and
 * what a prepaid organization has.
 */
export async function showKey(
  response: ServerResponse,
  principal: Principal,
  admission: AdmissionStore,
): Promise<void> {
  const now = Date.now();
  const states = await Promise.all(principal.scopes.map(async (scope) => admission.inspect(scope, now)));
  answerJson(response, {
    object: 'key',
    id: principal.apiKeyId,
    name: principal.apiKeyName,
    organization_id: principal.organizationId,
    project_id: principal.projectId,
    expires_at: principal.expiresAt === null ? null : new Date(principal.expiresAt).toISOString(),
    model_allowlist: principal.modelAllowlist,
    tags: principal.tags,
    time_zone: principal.organization.timeZone,
    balance: balanceObject(states.find(({ balance }) => balance !== null)?.balance ?? null),
    scopes: states.map(scopeObject),
  });
}

/** `null` for an organization that pays afterwards. All numbers are of all months. */
function balanceObject(balance: BalanceState | null): Record<string, unknown> | null {
  if (balance === null) return null;
  return {
    currency: 'USD',
    granted: dollars(balance.fundedNanos),
    spent: dollars(balance.spentNanos),
    held: dollars(balance.heldNanos),
    available: dollars(balance.availableNanos),
  };
}

function scopeObject(state: ScopeState): Record<string, unknown> {
  return {
    scope: state.scope.kind,
    id: state.scope.id,
    rate_limits: {
      requests_per_minute: state.requestsPerMinute,
      requests_available: state.requestsAvailable,
      tokens_per_minute: state.tokensPerMinute,
      tokens_available: state.tokensAvailable,
      concurrency: state.concurrency,
      in_flight: state.inFlight,
    },
    budget: {
      currency: 'USD',
      limit: state.grantedNanos === null ? null : dollars(state.grantedNanos),
      spent: dollars(state.spentNanos),
      held: dollars(state.heldNanos),
      available: state.availableNanos === null ? null : dollars(state.availableNanos),
      period_starts_at: new Date(state.startsAt).toISOString(),
      resets_at: new Date(state.resetsAt).toISOString(),
    },
  };
}

function dollars(nanos: number): string {
  return formatPicos(nanosToPicos(nanos));
}
