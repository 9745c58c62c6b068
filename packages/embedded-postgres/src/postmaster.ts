import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { commandLineOf, identityOf, isRunning, workingDirectoryOf, type ProcessIdentity } from './process-identity.js';

/** A server that runs on a cluster. */
export interface Postmaster {
  readonly identity: ProcessIdentity;
  readonly pid: number;
  readonly port: number;
}

const CLEAN_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 5_000;

/**
 * The server running on the cluster, if any. A `postmaster.pid` left by a killed one is removed: its number may belong
 * to a zombie or to a stranger by now, and Postgres itself would refuse to start.
 */
export function findPostmaster(cluster: string): Postmaster | null {
  const file = path.join(cluster, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  const identity = identityOf(pid);
  if (identity !== null && serves(pid, cluster)) {
    return { identity, pid, port: Number(lines[3]) };
  }
  rmSync(file, { force: true });
  return null;
}

/** A postmaster names its cluster on the command line and, even if the folder has been moved since, stands inside it. */
function serves(pid: number, cluster: string): boolean {
  const command = commandLineOf(pid);
  return command.includes('postgres') && (command.includes(cluster) || workingDirectoryOf(pid) === cluster);
}

/** Stops a server that nobody watches over any more: cleanly if it can, else as after a crash (WAL recovers it). */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  if (await signalled(postmaster, 'SIGINT', CLEAN_STOP_MS)) return;
  if (await signalled(postmaster, 'SIGQUIT', IMMEDIATE_STOP_MS)) return;
  throw new EmbeddedPostgresError(`an older Postgres, process ${postmaster.pid}, does not stop`);
}

async function signalled(postmaster: Postmaster, signal: NodeJS.Signals, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  if (isRunning(postmaster.identity)) process.kill(postmaster.pid, signal);
  while (isRunning(postmaster.identity)) {
    if (performance.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}
