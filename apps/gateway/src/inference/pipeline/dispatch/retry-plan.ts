import type { FallbackCause } from '@tollgate/domain';
import type { UpstreamErrorFacts } from '@tollgate/providers';

import type { Candidate } from '../routing/route.js';
import { isWorthRetrying } from './upstream-failure.js';

const MAX_ATTEMPTS = 3;
/** Beside those: what a fallback list is asked for. */
const MAX_FALLBACK_ATTEMPTS = 2;
const BASE_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;

export interface NextAttempt {
  readonly candidate: Candidate;
  readonly delayMs: number;
}

/** A deployment in its place among those that are asked. */
interface Place {
  readonly candidate: Candidate;
}

export interface FailedAttempt {
  readonly facts: UpstreamErrorFacts;
  /** Those that have ended, this one included. */
  readonly attempts: readonly { readonly deploymentId: string; readonly upstreamModel: string }[];
  /** In which order deployments are asked. */
  readonly order: readonly Place[];
  /** Monotonic milliseconds. */
  readonly now: number;
  /** Whether a deployment can be told what the client asks for. */
  readonly fits: (candidate: Candidate) => boolean;
}

/** Another deployment of those that are asked, at once; `null` where there is none, or nothing to be hoped for. */
export function anotherAttempt(failed: FailedAttempt): Candidate | null {
  return mayTryAgain(failed) ? untried(failed) : null;
}

/**
 * The same deployment, or the best of those that have failed, after a pause with jitter that honours the provider's own
 * Retry-After: when nobody else can be asked. `null`: give up, and tell the client what happened.
 */
export function sameAgain(failed: FailedAttempt): NextAttempt | null {
  const { facts, attempts } = failed;
  const again = !mayTryAgain(failed) || facts.credentialFault ? null : toAskAgain(failed);
  if (again === null) return null;
  const delayMs = pauseMs(facts, attempts.length);
  return delayMs > MAX_DELAY_MS ? null : { candidate: again, delayMs };
}

const mayTryAgain = ({ facts, attempts }: FailedAttempt): boolean =>
  attempts.length < MAX_ATTEMPTS && isWorthRetrying(facts);

/** The first deployment that may be asked now and has not been. */
export function untried({ order, attempts, now, fits }: Omit<FailedAttempt, 'facts'>): Candidate | null {
  for (const { candidate } of order) {
    const isTried = attempts.some((attempt) => isOf(candidate, attempt));
    if (!isTried && candidate.health.mayAsk(now) && fits(candidate)) return candidate;
  }
  return null;
}

/** The best that may be asked, or the one that has just failed: somebody has to be. */
function toAskAgain({ order, attempts, now, fits }: FailedAttempt): Candidate | null {
  const last = attempts.at(-1);
  const usable = order.find(({ candidate }) => candidate.health.mayAsk(now) && fits(candidate));
  const again = usable ?? order.find(({ candidate }) => last !== undefined && isOf(candidate, last));
  return again?.candidate ?? null;
}

function isOf({ target }: Candidate, attempt: FailedAttempt['attempts'][number]): boolean {
  return target.deploymentId === attempt.deploymentId && target.upstreamModel === attempt.upstreamModel;
}

/** For which list of fallbacks a failure is a cause, as long as there is room for another attempt. */
export function fallbackCause({ facts, attempts }: Pick<FailedAttempt, 'facts' | 'attempts'>): FallbackCause | null {
  if (attempts.length >= MAX_ATTEMPTS + MAX_FALLBACK_ATTEMPTS) return null;
  switch (facts.code) {
    case 'provider_context_length_exceeded':
      return 'context-length';
    case 'provider_content_filtered':
      return 'content-filter';
    default:
      return isWorthRetrying(facts) ? 'overload' : null;
  }
}

/** Exponential with full jitter, never sooner than the provider asked for. */
function pauseMs({ retryAfterMs }: UpstreamErrorFacts, attempts: number): number {
  const ceiling = BASE_DELAY_MS * 2 ** attempts;
  return Math.max(retryAfterMs ?? 0, ceiling / 2 + Math.random() * (ceiling / 2));
}
