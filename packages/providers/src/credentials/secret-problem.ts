import type { ProviderDeclaration } from '../provider-declaration.js';
import { parseAwsCredential } from './aws-credential.js';
import { parseAzureCredential } from './azure-credential.js';
import { type CredentialProblem, isCredentialProblem, isPlainKey, NO_PLAIN_KEY } from './credential-problem.js';
import { parseGoogleCredential, tenantProblem } from './google-credential.js';

/** Why what was pasted is no secret of the provider, before anything is asked of it; `null` where it may be one. */
export function secretProblem(
  { authentication }: Pick<ProviderDeclaration, 'authentication'>,
  pasted: string,
  { isTenant }: { readonly isTenant: boolean },
): CredentialProblem | null {
  switch (authentication) {
    case 'aws':
      return problemOf(parseAwsCredential(pasted));
    case 'google-cloud': {
      const read = parseGoogleCredential(pasted);
      if (isCredentialProblem(read)) return read;
      return isTenant ? tenantProblem(read) : null;
    }
    case 'azure':
      return problemOf(parseAzureCredential(pasted));
    case 'none':
      return null;
    default:
      return isPlainKey(pasted) ? null : NO_PLAIN_KEY;
  }
}

function problemOf(read: object): CredentialProblem | null {
  return isCredentialProblem(read) ? read : null;
}
