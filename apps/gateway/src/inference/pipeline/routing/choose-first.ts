import type { CredentialHealth } from '../dispatch/credential-health.js';
import type { Candidate, Route } from './route.js';

/** The first deployment whose credential is not benched, or `null` when all are. */
export function chooseFirst(route: Route, health: CredentialHealth): Candidate | null {
  for (const candidate of route.candidates) if (!health.isBenched(candidate.credentialId)) return candidate;
  return null;
}
