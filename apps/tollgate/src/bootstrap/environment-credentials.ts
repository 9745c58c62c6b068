import { secretColumns, storedSecret } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { providers } from '@tollgate/providers';
import type pg from 'pg';
import type { AuditTrail } from './audit-trail.js';
import type { DiscoveredProvider } from './discover-providers.js';
import { deployModels, withdrawDeployments } from './environment-deployments.js';

/** Everything one transaction writes with. */
export interface Bootstrap {
  readonly client: pg.PoolClient;
  readonly audit: AuditTrail;
  readonly masterKey: Buffer;
}

interface CredentialRow {
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string | null;
  readonly ciphertext: Buffer | null;
}

/**
 * Makes credentials and deployments follow the environment: new ones are created, changed ones updated, vanished ones
 * withdrawn. What did not change is not written, so that gateways have nothing to reload.
 */
export async function followEnvironment(bootstrap: Bootstrap, found: readonly DiscoveredProvider[]): Promise<void> {
  const { rows } = await bootstrap.client.query<CredentialRow>(
    `SELECT id, provider, base_url AS "baseUrl", ciphertext FROM provider_credential
     WHERE source = 'environment' AND organization_id IS NULL`,
  );
  const existing = new Map(rows.map((row) => [row.provider, row]));
  for (const discovered of found) {
    const row = existing.get(discovered.provider);
    existing.delete(discovered.provider);
    const credentialId =
      row === undefined
        ? await createCredential(bootstrap, discovered)
        : await updateCredential(bootstrap, row, discovered);
    await deployModels(bootstrap, { credentialId, ...discovered });
  }
  for (const vanished of existing.values()) await withdrawDeployments(bootstrap, vanished.id);
}

async function createCredential(bootstrap: Bootstrap, discovered: DiscoveredProvider): Promise<string> {
  const id = newId('providerCredential');
  const { provider, baseUrl } = discovered;
  const name = `${providers.get(provider)?.displayName ?? provider} (environment)`;
  const sealed = secretColumns(bootstrap.masterKey, id, discovered.secret);
  await bootstrap.client.query(
    `INSERT INTO provider_credential (id, provider, name, base_url, ciphertext, master_key_id, source)
     VALUES ($1, $2, $3, $4, $5, $6, 'environment')`,
    [id, provider, name, baseUrl, sealed.ciphertext, sealed.masterKeyId],
  );
  const after = { provider, name, baseUrl };
  bootstrap.audit.add({ action: 'provider-credential.created', resourceId: id, organizationId: null, after });
  return id;
}

async function updateCredential(
  bootstrap: Bootstrap,
  row: CredentialRow,
  { baseUrl, secret }: DiscoveredProvider,
): Promise<string> {
  const sameSecret = storedSecret(bootstrap.masterKey, row) === secret;
  if (sameSecret && row.baseUrl === baseUrl) return row.id;
  const sealed = secretColumns(bootstrap.masterKey, row.id, secret);
  await bootstrap.client.query(
    `UPDATE provider_credential SET base_url = $2, ciphertext = $3, master_key_id = $4, version = version + 1,
       updated_at = now() WHERE id = $1`,
    [row.id, baseUrl, sealed.ciphertext, sealed.masterKeyId],
  );
  bootstrap.audit.add({
    action: 'provider-credential.updated',
    resourceId: row.id,
    organizationId: null,
    before: { baseUrl: row.baseUrl },
    after: { baseUrl, secretReplaced: !sameSecret },
  });
  return row.id;
}
