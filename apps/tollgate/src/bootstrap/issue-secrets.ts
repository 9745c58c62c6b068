import { API_KEY_PREFIX, issueSecret, MANAGEMENT_TOKEN_PREFIX, newId } from '@tollgate/domain';
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
  const { secret, hash, displayPrefix } = issueSecret(API_KEY_PREFIX);
  const id = newId('apiKey');
  const { organizationId, projectId, name, modelAllowlist } = key;
  await client.query(
    `INSERT INTO api_key (id, organization_id, project_id, name, model_allowlist, tags) VALUES ($1, $2, $3, $4, $5, '{}')`,
    [id, organizationId, projectId, name, modelAllowlist],
  );
  await client.query('INSERT INTO key_secret (id, api_key_id, hash, display_prefix) VALUES ($1, $2, $3, $4)', [
    newId('keySecret'),
    id,
    hash,
    displayPrefix,
  ]);
  const after = { name, projectId, modelAllowlist, displayPrefix };
  audit.add({ action: 'api-key.created', resourceId: id, organizationId, after });
  return secret;
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
