import {
  API_KEY_PREFIX,
  issueSecret,
  type IssuedSecret,
  MANAGEMENT_TOKEN_PREFIX,
  newId,
  SETUP_TOKEN_PREFIX,
} from '@tollgate/domain';
import type pg from 'pg';
import type { AuditTrail } from './audit-trail.js';

export interface NewApiKey {
  readonly organizationId: string;
  readonly projectId: string;
  readonly name: string;
  readonly modelAllowlist: readonly string[];
}

export interface NewManagementToken {
  /** Null: an operator's. */
  readonly organizationId: string | null;
  readonly name: string;
}

/** Creates an API key. Answers its secret, which is shown once and stored nowhere. */
export async function createApiKey(client: pg.PoolClient, audit: AuditTrail, key: NewApiKey): Promise<string> {
  const issued = issueSecret(API_KEY_PREFIX);
  const id = newId('apiKey');
  const { organizationId, projectId, name, modelAllowlist } = key;
  await client.query(
    `INSERT INTO api_key (id, organization_id, project_id, name, model_allowlist, tags) VALUES ($1, $2, $3, $4, $5, '{}')`,
    [id, organizationId, projectId, name, modelAllowlist],
  );
  await insertKeySecret(client, id, issued);
  const after = { name, projectId, modelAllowlist, displayPrefix: issued.displayPrefix };
  audit.add({ action: 'api-key.created', resourceId: id, organizationId, after });
  return issued.secret;
}

/** Keeps of the secret what it is recognized by. */
export async function insertKeySecret(
  client: pg.PoolClient,
  apiKeyId: string,
  { hash, displayPrefix }: IssuedSecret,
): Promise<void> {
  await client.query('INSERT INTO key_secret (id, api_key_id, hash, display_prefix) VALUES ($1, $2, $3, $4)', [
    newId('keySecret'),
    apiKeyId,
    hash,
    displayPrefix,
  ]);
}

/** Creates a management token with every permission. Answers its secret, which is shown once and stored nowhere. */
export async function createManagementToken(
  client: pg.PoolClient,
  audit: AuditTrail,
  { organizationId, name }: NewManagementToken,
): Promise<string> {
  const { secret, hash, displayPrefix } = issueSecret(MANAGEMENT_TOKEN_PREFIX);
  const id = newId('managementToken');
  const scopes = ['*'];
  await client.query(
    'INSERT INTO management_token (id, organization_id, name, hash, display_prefix, scopes) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, organizationId, name, hash, displayPrefix, scopes],
  );
  const after = { name, scopes, displayPrefix };
  audit.add({ action: 'management-token.created', resourceId: id, organizationId, after });
  return secret;
}

const SETUP_LINK_HOURS = 24;

/**
 * Creates the token of a set-up link, which works once and for a day. It takes the place of unused ones for the same
 * purpose: of the links that a log has kept, only the last can be used.
 * @param user whose password the link sets; null makes a new owner.
 */
export async function createSetupToken(
  client: pg.PoolClient,
  audit: AuditTrail,
  user: { readonly id: string } | null,
): Promise<string> {
  const { secret, hash } = issueSecret(SETUP_TOKEN_PREFIX);
  const userId = user?.id ?? null;
  await client.query('DELETE FROM console_setup_link WHERE used_at IS NULL AND user_id IS NOT DISTINCT FROM $1::text', [
    userId,
  ]);
  const id = newId('setupLink');
  await client.query(
    `INSERT INTO console_setup_link (id, token_hash, user_id, expires_at)
     VALUES ($1, $2, $3, now() + make_interval(hours => $4))`,
    [id, hash, userId, SETUP_LINK_HOURS],
  );
  audit.add({ action: 'setup-link.created', resourceId: id, organizationId: null, after: { userId } });
  return secret;
}
