import type { GoogleCredential } from '@tollgate/providers';
import { SignJWT } from 'jose';
import { createPrivateKey } from 'node:crypto';

import { mintToken, type MintedToken } from './token-endpoint.js';

export type ServiceAccount = Extract<GoogleCredential, { kind: 'service-account' }>;

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const LIFETIME_S = 3600;

/**
 * Exchanges a statement that the account has signed for an access token; source:
 * developers.google.com/identity/protocols/oauth2/service-account#httprest. Google's own library looks for credentials in
 * the environment, in files and at the machine's metadata server, and mints at fixed addresses only.
 */
export async function mintGoogleToken(account: ServiceAccount, now: number): Promise<MintedToken> {
  const { clientEmail, privateKey, privateKeyId, tokenUri } = account;
  const issuedAt = Math.floor(now / 1000);
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(privateKeyId !== null && { kid: privateKeyId }) })
    .setIssuer(clientEmail)
    .setAudience(tokenUri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_S)
    .sign(createPrivateKey(privateKey));
  return mintToken({ url: tokenUri }, { grant_type: GRANT, assertion });
}
