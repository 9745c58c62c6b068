import type { AdmissionRequest, Refusal } from '@tollgate/admission';
import { formatPicos, nanosToPicos } from '@tollgate/domain';

import { type InferenceError, inferenceError, type RefusalFacts } from '../../inference-error.js';

/** What a refusal by a limit or a budget says to the client: which one, how far it is used up, and what would help. */
export function refusalError(refusal: Refusal, request: AdmissionRequest, keyName: string): InferenceError {
  const facts = refusalFacts(refusal, request);
  const whose = describeScope(refusal, keyName);
  const resets = facts.resetsAt === null ? '' : ` It resets at ${facts.resetsAt}.`;
  switch (refusal.limit) {
    case 'budget':
      return inferenceError('policy_budget_exceeded', {
        message:
          `The monthly budget of ${whose} does not cover this request, which may cost up to ${facts.needed} USD: of ` +
          `${facts.limitValue} USD, ${facts.spent} are spent and ${facts.held} held by running requests, which leaves ` +
          `${facts.available}. A lower max_tokens holds less.${resets}`,
        refusal: facts,
        retryAfterMs: refusal.retryAfterMs,
      });
    case 'balance':
      return inferenceError('policy_balance_exhausted', {
        message:
          `The prepaid balance of the organization does not cover this request, which may cost up to ${facts.needed} ` +
          `USD: ${dollars(refusal.limitValue - refusal.spent)} USD are left, of which ${facts.held} are held by running ` +
          `requests, so that ${facts.available} can be used. A lower max_tokens holds less. To go on, have credit added: ` +
          'the billing page of the console shows what there is, and whoever runs this gateway credits what you pay.',
        refusal: facts,
        retryAfterMs: refusal.retryAfterMs,
      });
    case 'concurrency':
      return inferenceError('policy_concurrency_limited', {
        message: `${capital(whose)} may run ${facts.limitValue} requests at once, and ${facts.held} are running.`,
        refusal: facts,
        retryAfterMs: refusal.retryAfterMs ?? 1_000,
      });
    case 'throttle':
      return inferenceError('policy_rate_limited', {
        message:
          `The budget of ${whose} is nearly used up, so that ${facts.limitValue} requests per minute are let through; ` +
          `${facts.available} are available now.${resets}`,
        refusal: facts,
        retryAfterMs: refusal.retryAfterMs,
      });
    case 'requests':
    case 'tokens':
      return inferenceError('policy_rate_limited', {
        message:
          `${capital(whose)} may use ${facts.limitValue} ${refusal.limit} per minute; ${facts.available} are available ` +
          `now, and this request needs ${facts.needed}.${resets}`,
        refusal: facts,
        retryAfterMs: refusal.retryAfterMs,
      });
  }
}

function describeScope({ scope }: Refusal, keyName: string): string {
  switch (scope.kind) {
    case 'api_key':
      return `the key ${JSON.stringify(keyName)}`;
    case 'organization':
      return 'the organization';
    case 'project':
    case 'member':
    case 'end_user':
    case 'tag':
      return `the ${scope.kind.replace('_', ' ')} ${scope.id}`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function refusalFacts(refusal: Refusal, request: AdmissionRequest): RefusalFacts {
  const quantity = refusal.limit === 'budget' || refusal.limit === 'balance' ? dollars : wholeNumber;
  return {
    scope: refusal.scope.kind,
    scopeId: refusal.scope.id,
    limit: refusal.limit,
    limitValue: quantity(refusal.limitValue),
    spent: quantity(refusal.spent),
    held: quantity(refusal.held),
    available: quantity(refusal.available),
    needed: quantity(neededOf(refusal, request)),
    resetsAt: refusal.resetsAt === null ? null : new Date(refusal.resetsAt).toISOString(),
  };
}

function neededOf({ limit }: Refusal, request: AdmissionRequest): number {
  switch (limit) {
    case 'budget':
    case 'balance':
      return request.holdNanos;
    case 'tokens':
      return request.tokensBound;
    case 'requests':
    case 'throttle':
    case 'concurrency':
      return 1;
  }
}

/** Buckets refill all the time; fractions of a request help nobody. */
function wholeNumber(value: number): string {
  return String(Math.floor(value));
}

function dollars(nanos: number): string {
  return formatPicos(nanosToPicos(nanos)).slice(0, -3);
}
