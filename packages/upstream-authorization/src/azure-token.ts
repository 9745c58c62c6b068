import type { AzureCredential } from '@tollgate/providers';

import { mintToken, type MintedToken } from './token-endpoint.js';

export type Application = Extract<AzureCredential, { kind: 'client-secret' }>;

export const AZURE_AUTHORITY = 'https://login.microsoftonline.com';
const SCOPE = 'https://cognitiveservices.azure.com/.default';

/** Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow. */
export function mintAzureToken(
  { tenantId, clientId, clientSecret }: Application,
  authority: string,
): Promise<MintedToken> {
  const url = `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  return mintToken(
    { url },
    { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: SCOPE },
  );
}
