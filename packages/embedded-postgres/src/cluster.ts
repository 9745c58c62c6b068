import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { clusterIn, type Placement } from './placement.js';

export const SUPERUSER = 'tollgate';

/** Nothing of our own environment reaches the server: not its locale, not a PG… variable, not a secret. */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' } as const;

/** Creates the cluster unless it exists. Answers the superuser's password. */
export function ensureCluster(binaries: Binaries, placement: Placement): string {
  const passwordFile = path.join(placement.directory, 'password');
  const cluster = clusterIn(placement.directory);
  if (existsSync(cluster)) return readPassword(passwordFile);
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (placement.account !== null) chownSync(passwordFile, placement.account.uid, placement.account.gid);
  // a half-made cluster never carries the final name
  const draft = `${cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  runInitdb(binaries, placement, { draft, passwordFile });
  renameSync(draft, cluster);
  return readPassword(passwordFile);
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(`the database's password cannot be read: ${(error as Error).message}`);
  }
}

function runInitdb(binaries: Binaries, placement: Placement, files: { draft: string; passwordFile: string }): void {
  const { status, stderr, error } = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${files.draft}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${files.passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // the builtin provider needs none of the machine's locales, and sorts the same on every machine
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
    ],
    { ...placement.account, cwd: placement.directory, env: SERVER_ENVIRONMENT, encoding: 'utf8' },
  );
  if (status === 0) return;
  const missingLibrary = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' && existsSync(binaries.initdb);
  const reason = missingLibrary
    ? 'its programs need glibc, which this system does not have; set DATABASE_URL'
    : (error?.message ?? stderr.trim().replaceAll(/\s*\n\s*/g, '; '));
  throw new EmbeddedPostgresError(`the database could not be created in ${placement.directory}: ${reason}`);
}
