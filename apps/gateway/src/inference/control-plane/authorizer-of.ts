import {
  isCredentialProblem,
  parseAwsCredential,
  parseAzureCredential,
  parseGoogleCredential,
  type ProviderDeclaration,
} from '@tollgate/providers';
import type { CredentialOwner, UpstreamAuthorizer, UpstreamAuthorizers } from '@tollgate/upstream-authorization';

interface Proof {
  readonly authorizers: UpstreamAuthorizers;
  readonly secret: string;
  readonly owner: CredentialOwner;
}

/**
 * What proves to the provider who asks, where no header that stays the same does; `null` elsewhere.
 * @throws Error that says what is wrong with the secret, and nothing of it.
 */
export function authorizerOf(
  { authentication }: Pick<ProviderDeclaration, 'authentication'>,
  { authorizers, secret, owner }: Proof,
): UpstreamAuthorizer | null {
  switch (authentication) {
    case 'aws':
      return authorizers.forAws(sound(parseAwsCredential(secret)));
    case 'google-cloud':
      return sound(authorizers.forGoogle(sound(parseGoogleCredential(secret)), owner));
    case 'azure':
      return authorizers.forAzure(sound(parseAzureCredential(secret)));
    default:
      return null;
  }
}

function sound<T extends object>(read: T): Exclude<T, { readonly problem: string }> {
  if (isCredentialProblem(read)) throw new Error(`the secret cannot be used: ${read.problem}`);
  return read as Exclude<T, { readonly problem: string }>;
}
