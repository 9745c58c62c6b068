import { readConfigFromEnvironment } from '@tollgate/config';
import type pg from 'pg';
import { createApiKey, createManagementToken, createSetupToken } from '../bootstrap/issue-secrets.js';
import type { Command } from '../command-line.js';
import { consoleUrl, setupLink } from '../start/banner.js';
import { runningConsoleAddress } from '../start/console-address.js';
import { StartUpError } from '../start-up-error.js';
import { findUser, writing } from './write-by-command.js';

type CreateToken = Extract<Command, { kind: 'create-token' }>;
type CreateSetupLink = Extract<Command, { kind: 'create-setup-link' }>;
type CreateKey = Extract<Command, { kind: 'create-key' }>;

/** Creates a management token and answers its secret. @throws StartUpError when there is no such organization. */
export function createTokenByCommand({ name, organizationId }: CreateToken): Promise<string> {
  return writing(async (client, audit) => {
    if (organizationId !== null) {
      const { rowCount } = await client.query('SELECT 1 FROM organization WHERE id = $1', [organizationId]);
      if (rowCount === 0) throw new StartUpError(`there is no organization ${organizationId}`);
    }
    return createManagementToken(client, audit, { organizationId, name });
  });
}

/** Creates an API key and answers its secret. @throws StartUpError when it is not clear for which project. */
export function createKeyByCommand({ name, projectId, models }: CreateKey): Promise<string> {
  return writing(async (client, audit) => {
    const project = await chooseProject(client, projectId);
    return createApiKey(client, audit, { ...project, name, modelAllowlist: models });
  });
}

export interface CreatedSetupLink {
  readonly link: string;
  /** What the link's address was taken from when no running installation tells its own; null otherwise. */
  readonly assumption: string | null;
}

/** Creates a set-up link. @throws StartUpError when there is no user with the address. */
export async function createSetupLinkByCommand({ email }: CreateSetupLink): Promise<CreatedSetupLink> {
  const config = readConfigFromEnvironment();
  const token = await writing(async (client, audit) => {
    const user = email === null ? null : await findUser(client, email);
    return createSetupToken(client, audit, user);
  });
  const running = runningConsoleAddress(config);
  const address = running ?? consoleUrl(config);
  const assumption =
    running === null
      ? `nothing runs on ${config.dataDirectory}: the link assumes ${address}, from PUBLIC_URL, HOST and PORT of this command`
      : null;
  return { link: setupLink(address, token), assumption };
}

async function chooseProject(
  client: pg.PoolClient,
  projectId: string | null,
): Promise<{ readonly projectId: string; readonly organizationId: string }> {
  const { rows } = await client.query<{ projectId: string; organizationId: string }>(
    `SELECT id AS "projectId", organization_id AS "organizationId" FROM project WHERE $1::text IS NULL OR id = $1 LIMIT 2`,
    [projectId],
  );
  const [only, another] = rows;
  if (only === undefined) {
    throw new StartUpError(
      projectId === null ? 'there is no project yet: start tollgate first' : `there is no project ${projectId}`,
    );
  }
  if (another !== undefined) throw new StartUpError('there are several projects: name one with --project');
  return only;
}
