import {
  BROKEN,
  credentialObject,
  type CredentialProblem,
  EMPTY,
  isPlainKey,
  MAX_SECRET_CHARACTERS,
  NO_PLAIN_KEY,
  textField,
  TOO_LONG,
} from './credential-problem.js';

export type AzureCredential =
  | {
      readonly kind: 'client-secret';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | { readonly kind: 'api-key'; readonly apiKey: string };

/** It becomes a part of an address: an id, or one of the tenant's domains. */
const TENANT = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;
/** Names that stand for every tenant: an application has to say its own. */
const NO_TENANT = new Set(['common', 'organizations', 'consumers']);

/** Reads what an operator pastes for Azure: `{"tenantId", "clientId", "clientSecret"}` of an application, or an API key. */
export function parseAzureCredential(pasted: string): AzureCredential | CredentialProblem {
  const secret = pasted.trim();
  if (secret === '') return EMPTY;
  if (secret.length > MAX_SECRET_CHARACTERS) return TOO_LONG;
  const object = credentialObject(secret);
  if (object === null) return isPlainKey(secret) ? { kind: 'api-key', apiKey: secret } : NO_PLAIN_KEY;
  if (object === 'broken') return BROKEN;
  // the second and third names are those of Azure's own command line
  const tenantId = textField(object, 'tenantId', 'tenant', 'tenant_id');
  const clientId = textField(object, 'clientId', 'appId', 'client_id');
  const clientSecret = textField(object, 'clientSecret', 'password', 'client_secret');
  if (tenantId === null) return { problem: 'The application has no "tenantId".' };
  if (!TENANT.test(tenantId) || tenantId.includes('..')) {
    return { problem: 'The "tenantId" should be the id of the tenant, or one of its domains.' };
  }
  if (NO_TENANT.has(tenantId.toLowerCase())) return { problem: 'The "tenantId" has to be that of one tenant.' };
  if (clientId === null) return { problem: 'The application has no "clientId".' };
  if (clientSecret === null) return { problem: 'The application has no "clientSecret".' };
  return { kind: 'client-secret', tenantId, clientId, clientSecret };
}
