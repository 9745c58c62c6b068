import { readConfigFromEnvironment } from '@tollgate/config';
import { Database, deployMigrations, masterKeyId, openSecret } from '@tollgate/database';
import { providerById } from '@tollgate/providers';
import { type ConnectionFinding, testConnection, UpstreamAuthorizers } from '@tollgate/upstream-authorization';
import { Agent } from 'undici';
import type { Command } from '../command-line.js';
import { joinDatabaseServer } from '../start/database-server.js';
import { existingMasterKey } from '../start/master-key.js';
import { StartUpError } from '../start-up-error.js';

type TestConnection = Extract<Command, { kind: 'test-connection' }>;
type Finding = Pick<ConnectionFinding, 'ok' | 'message'>;

interface CredentialRow {
  readonly id: string;
  readonly organizationId: string | null;
  readonly provider: string;
  readonly name: string;
  readonly baseUrl: string | null;
  readonly ciphertext: Uint8Array | null;
  readonly masterKeyId: string | null;
}

/**
 * Asks providers with stored credentials, whether the product runs or not, as the gateway of this machine would.
 * @returns what to print, and whether all were reached.
 * @throws StartUpError when there is no such credential.
 */
export async function testConnectionByCommand({ what }: TestConnection): Promise<{ text: string; ok: boolean }> {
  const config = readConfigFromEnvironment();
  const credentials = await findCredentials(what);
  if (credentials.length === 0) {
    const isProvider = providerById(what) !== undefined;
    throw new StartUpError(`there is no credential ${isProvider ? 'of the provider' : 'with the id or name'} ${what}`);
  }
  const masterKey = existingMasterKey(config);
  const authorizers = new UpstreamAuthorizers();
  const dispatcher = new Agent();
  try {
    const findings = await Promise.all(
      credentials.map((credential) => findingOf(credential, { masterKey, authorizers, dispatcher })),
    );
    const lines = credentials.map((credential, i) => lineOf(credential, findings[i]));
    return { text: lines.join('\n'), ok: findings.every(({ ok }) => ok) };
  } finally {
    await dispatcher.destroy();
  }
}

async function findCredentials(what: string): Promise<readonly CredentialRow[]> {
  const server = await joinDatabaseServer(readConfigFromEnvironment());
  try {
    await deployMigrations(server.url);
    const database = Database.connect(server.url, { poolSize: 1, applicationName: 'tollgate-command' });
    try {
      const { rows } = await database.pool.query<CredentialRow>(
        `SELECT id, organization_id AS "organizationId", provider, name, base_url AS "baseUrl", ciphertext,
           master_key_id AS "masterKeyId"
         FROM provider_credential WHERE id = $1 OR name = $1 OR provider = $1 ORDER BY name, id`,
        [what],
      );
      return rows;
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

interface Means {
  /** `null` where this machine has none. */
  readonly masterKey: Buffer | null;
  readonly authorizers: UpstreamAuthorizers;
  readonly dispatcher: Agent;
}

async function findingOf(
  { id, organizationId, baseUrl, ciphertext, ...row }: CredentialRow,
  { masterKey, authorizers, dispatcher }: Means,
): Promise<Finding> {
  // from here, a tenant's address could lead into the operator's own network
  if (organizationId !== null) {
    return {
      ok: false,
      message: 'It belongs to an organization: test it in the console, where its address is checked.',
    };
  }
  const provider = providerById(row.provider);
  if (provider === undefined) return { ok: false, message: 'This version does not know the provider.' };
  const isSealedByAnother = masterKey === null || row.masterKeyId !== masterKeyId(masterKey);
  if (ciphertext !== null && isSealedByAnother) {
    return { ok: false, message: 'The secret was sealed with another master key.' };
  }
  const secret = ciphertext === null || masterKey === null ? null : openSecret(masterKey, ciphertext, id);
  return testConnection(authorizers, { provider, baseUrl, secret, owner: { isTenant: false }, dispatcher });
}

function lineOf({ id, name, provider }: CredentialRow, finding: Finding | undefined): string {
  return `${finding?.ok === true ? 'ok    ' : 'failed'} ${id} ${name} (${provider}): ${finding?.message ?? ''}`;
}
