import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { binariesUnder, type Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { accountCan, serverAccount, type ServerAccount } from './server-account.js';

/** Where the cluster lives and who runs it. */
export interface Placement {
  /** Holds `data`, `password` and `postgres.log`. Not always the directory that was asked for. */
  readonly directory: string;
  readonly account: ServerAccount | null;
}

/** For what the unprivileged server cannot reach where it is, such as a checkout in root's own home. */
const REACHABLE_ROOT = '/var/lib/tollgate';

/**
 * Chooses the directory and makes it ready. A cluster that exists already stays where it is and keeps its owner, even
 * when a new one would be placed elsewhere: an empty database must never take the place of a full one.
 * @throws EmbeddedPostgresError when the directory cannot be used.
 */
export function placeCluster(requested: string): Placement {
  const { directory, account } = choosePlace(requested);
  // one name for one folder, whichever link led to it
  return { directory: realpathSync(directory), account };
}

function choosePlace(requested: string): Placement {
  const account = serverAccount();
  if (account === null) return placeAsOurselves(requested);
  const fallback = fallbackFor(requested);
  const existing = [requested, fallback].find((directory) => existsSync(clusterIn(directory)));
  if (existing !== undefined) return placeAsOwner(existing);
  if (prepare(requested, account)) return { directory: requested, account };
  if (prepare(fallback, account)) return { directory: fallback, account };
  throw new EmbeddedPostgresError(`the database's unprivileged account can write neither ${requested} nor ${fallback}`);
}

/** Whether a cluster has been made for the directory, here or where root had to place it. Makes nothing. */
export function clusterExists(requested: string): boolean {
  const places = serverAccount() === null ? [requested] : [requested, fallbackFor(requested)];
  return places.some((directory) => existsSync(clusterIn(directory)));
}

function fallbackFor(requested: string): string {
  return path.join(REACHABLE_ROOT, createHash('sha256').update(requested).digest('hex').slice(0, 16));
}

export function clusterIn(directory: string): string {
  return path.join(directory, 'data');
}

/** The programs, or a copy of them that the account can run. */
export function reachableBinaries(binaries: Binaries, account: ServerAccount | null): Binaries {
  if (account === null || accountCan(account, '-x', binaries.postgres)) return binaries;
  const copy = path.join(REACHABLE_ROOT, `postgres-${binaries.version}`);
  if (!existsSync(copy)) copyPrograms(binaries.root, copy);
  return binariesUnder(copy, binaries.version);
}

function placeAsOurselves(directory: string): Placement {
  makeDirectory(directory);
  const cluster = clusterIn(directory);
  const uid = process.getuid?.();
  if (uid !== undefined && existsSync(cluster) && statSync(cluster).uid !== uid) {
    throw new EmbeddedPostgresError(
      `the database in ${directory} belongs to user ${statSync(cluster).uid}: start as that user or as root`,
    );
  }
  return { directory, account: null };
}

function placeAsOwner(directory: string): Placement {
  const { uid, gid } = statSync(clusterIn(directory));
  if (uid === 0)
    throw new EmbeddedPostgresError(`the database in ${directory} belongs to root, which Postgres refuses`);
  const account = { uid, gid };
  if (!accountCan(account, '-x', clusterIn(directory))) {
    throw new EmbeddedPostgresError(
      `the database in ${directory} cannot be reached by its owner, user ${uid}: check the permissions of the folders above`,
    );
  }
  return { directory, account };
}

/** Whether the account can use the directory, which is made and handed to it. */
function prepare(directory: string, account: ServerAccount): boolean {
  const made = !existsSync(directory);
  makeDirectory(directory);
  if (!accountCan(account, '-x', path.dirname(directory))) {
    if (made) rmdirSync(directory);
    return false;
  }
  chownSync(directory, account.uid, account.gid);
  chmodSync(directory, 0o700);
  return accountCan(account, '-w', directory);
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw new EmbeddedPostgresError(`cannot create ${directory}: ${(error as Error).message}`);
  }
}

/** Copied aside and renamed, so that nobody runs half a copy. */
function copyPrograms(from: string, to: string): void {
  const draft = `${to}.${process.pid}`;
  mkdirSync(path.dirname(to), { recursive: true, mode: 0o755 });
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
  chmodSync(draft, 0o755);
  for (const entry of readdirSync(draft, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    chmodSync(file, entry.isDirectory() || (statSync(file).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
  try {
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error; // otherwise another process was faster
  }
}
