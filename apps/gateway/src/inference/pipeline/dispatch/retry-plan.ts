import type { UpstreamErrorFacts } from '@tollgate/providers';

import type { Candidate, Route } from '../routing/route.js';
import type { CredentialHealth } from './credential-health.js';
import { isWorthRetrying } from './upstream-failure.js';

const MAX_ATTEMPTS = 3;
const BASE_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;

export interface NextAttempt {
  readonly candidate: Candidate;
  readonly delayMs: number;
}

/**
 * What to try after a failure: another deployment at once, or the same one after a pause with jitter that honours the
 * provider's own Retry-After. `null`: give up, and tell the client what happened.
 */
export function nextAttempt(route: Route, failed: FailedAttempt, health: CredentialHealth): NextAttempt | null {
  if (failed.attempts >= MAX_ATTEMPTS || !isWorthRetrying(failed.facts)) return null;
  const others = route.candidates.filter(
    (candidate) => !health.isBenched(candidate.credentialId) && failed.fits(candidate),
  );
  const other = others.find((candidate) => !failed.tried.has(candidate.target.deploymentId));
  if (other !== undefined) return { candidate: other, delayMs: 0 };
  if (failed.facts.credentialFault || others[0] === undefined) return null;
  const delayMs = pauseMs(failed);
  return delayMs > MAX_DELAY_MS ? null : { candidate: others[0], delayMs };
}

export interface FailedAttempt {
  readonly facts: UpstreamErrorFacts;
  readonly attempts: number;
  /** Deployments that have been tried. */
  readonly tried: ReadonlySet<string>;
  /** Whether a deployment can be told what the client asks for. */
  fits(candidate: Candidate): boolean;
}

/** Exponential with full jitter, never sooner than the provider asked for. */
function pauseMs({ facts, attempts }: FailedAttempt): number {
  const ceiling = BASE_DELAY_MS * 2 ** attempts;
  return Math.max(facts.retryAfterMs ?? 0, ceiling / 2 + Math.random() * (ceiling / 2));
}
