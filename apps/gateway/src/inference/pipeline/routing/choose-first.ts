import type { CredentialHealth } from '../dispatch/credential-health.js';
import type { Candidate, Route } from './route.js';

/** The first deployment that can be asked and whose credential is not benched, or `null` when there is none. */
export function chooseFirst(
  route: Route,
  health: CredentialHealth,
  fits: (candidate: Candidate) => boolean,
): Candidate | null {
  for (const candidate of route.candidates)
    if (!health.isBenched(candidate.credentialId) && fits(candidate)) return candidate;
  return null;
}
