import {
  type AwsCredential,
  type AzureCredential,
  type CredentialProblem,
  type GoogleCredential,
  isCredentialProblem,
  parseAwsCredential,
  parseAzureCredential,
  parseGoogleCredential,
  type ProviderDeclaration,
  tenantProblem,
} from '@tollgate/providers';

import { AwsAuthorizer } from './aws-authorizer.js';
import { AZURE_AUTHORITY, mintAzureToken } from './azure-token.js';
import { mintGoogleToken } from './google-token.js';
import { HeaderAuthorizer } from './header-authorizer.js';
import { TokenAuthorizer } from './token-authorizer.js';
import { cacheKey, TokenCache } from './token-cache.js';
import type { UpstreamAuthorizer } from './upstream-authorizer.js';

interface Options {
  /** Where applications of Entra get their tokens; sovereign clouds have their own. */
  readonly azureAuthority?: string;
  readonly now?: () => number;
}

/** Who brought a credential decides where tokens for it may be minted. */
export interface CredentialOwner {
  readonly isTenant: boolean;
}

/** Makes authorizers of credentials. One for a process: tokens outlive the authorizers that were made for them. */
export class UpstreamAuthorizers {
  readonly #now: () => number;
  readonly #azureAuthority: string;
  readonly #tokens: TokenCache;

  constructor({ azureAuthority = AZURE_AUTHORITY, now = Date.now }: Options = {}) {
    this.#now = now;
    this.#azureAuthority = azureAuthority.replace(/\/+$/, '');
    this.#tokens = new TokenCache(now);
  }

  /**
   * What proves to a provider who asks, with what an operator pasted as its secret; `null` where headers that stay the same
   * do (`providerHeaders`).
   */
  forProvider(
    { authentication }: Pick<ProviderDeclaration, 'authentication'>,
    secret: string,
    owner: CredentialOwner,
  ): UpstreamAuthorizer | CredentialProblem | null {
    switch (authentication) {
      case 'aws': {
        const read = parseAwsCredential(secret);
        return isCredentialProblem(read) ? read : this.forAws(read);
      }
      case 'google-cloud': {
        const read = parseGoogleCredential(secret);
        return isCredentialProblem(read) ? read : this.forGoogle(read, owner);
      }
      case 'azure': {
        const read = parseAzureCredential(secret);
        return isCredentialProblem(read) ? read : this.forAzure(read);
      }
      default:
        return null;
    }
  }

  forAws(credential: AwsCredential): UpstreamAuthorizer {
    if (credential.kind === 'access-key') return new AwsAuthorizer(credential, this.#now);
    return new HeaderAuthorizer('authorization', `Bearer ${credential.token}`);
  }

  forGoogle(credential: GoogleCredential, { isTenant }: CredentialOwner): UpstreamAuthorizer | CredentialProblem {
    if (credential.kind === 'api-key') return new HeaderAuthorizer('x-goog-api-key', credential.apiKey);
    const problem = isTenant ? tenantProblem(credential) : null;
    if (problem !== null) return problem;
    const { clientEmail, privateKey, privateKeyId, tokenUri } = credential;
    return new TokenAuthorizer(this.#tokens, {
      key: cacheKey('google', clientEmail, privateKey, privateKeyId ?? '', tokenUri),
      mint: () => mintGoogleToken(credential, this.#now()),
    });
  }

  forAzure(credential: AzureCredential): UpstreamAuthorizer {
    if (credential.kind === 'api-key') return new HeaderAuthorizer('api-key', credential.apiKey);
    const { tenantId, clientId, clientSecret } = credential;
    const authority = this.#azureAuthority;
    return new TokenAuthorizer(this.#tokens, {
      key: cacheKey('azure', authority, tenantId, clientId, clientSecret),
      mint: () => mintAzureToken(credential, authority),
    });
  }
}
