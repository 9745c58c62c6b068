import { acquireProcessLock, isProcessLockHeld, LockHeldError, type ProcessLock } from '@tollgate/embedded-postgres';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { StartUpError } from '../start-up-error.js';

/**
 * Makes the data directory and takes it for this launcher.
 * @throws StartUpError when it cannot be written, or when another launcher runs on it.
 */
export async function takeDataDirectory(directory: string): Promise<ProcessLock> {
  try {
    makeDirectory(directory);
    return await acquireProcessLock(lockIn(directory));
  } catch (error) {
    if (error instanceof LockHeldError) {
      throw new StartUpError(`another tollgate, process ${error.ownerPid}, already runs on ${directory}`);
    }
    throw new StartUpError(`cannot write to the data directory ${directory}: ${(error as Error).message}`);
  }
}

/** Whether a launcher runs on the data directory now. */
export function isInUse(directory: string): boolean {
  return isProcessLockHeld(lockIn(directory));
}

function lockIn(directory: string): string {
  return path.join(directory, 'tollgate.lock');
}

/** Not `recursive`, which never returns where the kernel answers "no such file" for a folder that exists, as in /proc. */
function makeDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = path.dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  mkdirSync(directory);
}
