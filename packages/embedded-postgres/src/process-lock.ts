import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.js';

export interface ProcessLock {
  release(): void;
}

/** Another living process holds the lock. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';

  constructor(
    readonly file: string,
    readonly ownerPid: number,
  ) {
    super(`${file} is held by process ${ownerPid}`);
  }
}

let sequence = 0;

/**
 * Takes a lock file for this process. A lock whose owner is gone, even by kill -9, is taken over.
 * @throws LockHeldError when its owner still lives after `waitMs`.
 */
export async function acquireProcessLock(file: string, waitMs = 0): Promise<ProcessLock> {
  const deadline = performance.now() + waitMs;
  const own = identityOf(process.pid) ?? String(process.pid);
  for (;;) {
    if (claim(file, own)) return { release: () => rmSync(file, { force: true }) };
    const owner = ownerOf(file);
    if (owner === null) continue;
    if (!isRunning(owner)) removeAbandoned(file, owner);
    else if (performance.now() >= deadline) throw new LockHeldError(file, Number.parseInt(owner, 10));
    else await sleep(50);
  }
}

/** Whether a living process holds the lock. */
export function isProcessLockHeld(file: string): boolean {
  const owner = ownerOf(file);
  return owner !== null && isRunning(owner);
}

/** A link either appears whole, with its owner inside, or not at all: nobody ever reads a half-written lock. */
function claim(file: string, own: ProcessIdentity): boolean {
  const draft = `${file}.${process.pid}.${sequence++}`;
  writeFileSync(draft, own, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function ownerOf(file: string): ProcessIdentity | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Two processes may find the same abandoned lock. The slower one could move away the lock that the faster one has just
 * taken: it then sees the wrong owner inside and puts the lock back.
 */
function removeAbandoned(file: string, owner: ProcessIdentity): void {
  const aside = `${file}.${process.pid}.${sequence++}.abandoned`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== owner) {
    try {
      linkSync(aside, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  rmSync(aside, { force: true });
}
