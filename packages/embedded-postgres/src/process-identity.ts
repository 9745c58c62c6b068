import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A process, told apart from a later one that was given the same number: pid and, on Linux, the kernel's start time.
 * Written to lock files, so that a lock left by a killed process is recognized.
 */
export type ProcessIdentity = string;

/** The identity of a running process, or `null` when it is gone or a zombie that its parent has not reaped. */
export function identityOf(pid: number): ProcessIdentity | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return process.platform === 'linux' ? linuxIdentity(pid) : signalledIdentity(pid);
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identityOf(Number.parseInt(identity, 10)) === identity;
}

/** The command line of a running process; empty when it is gone, a zombie, or not ours to see. */
export function commandLineOf(pid: number): string {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Where a running process stands; `null` when that cannot be known. */
export function workingDirectoryOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

function linuxIdentity(pid: number): ProcessIdentity | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // the command's name is in parentheses and may itself hold spaces and parentheses
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' || startTime === undefined ? null : `${pid} ${startTime}`;
}

function signalledIdentity(pid: number): ProcessIdentity | null {
  try {
    process.kill(pid, 0);
    return `${pid}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? `${pid}` : null;
  }
}
