import { readFileSync, utimes } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

const OWNER_FILE = 'owner';
/** How often an owner shows that it lives, to those who cannot see its process. */
export const RENEWAL_INTERVAL_MS = 10_000;
const LEASE_MS = 60_000;

/** The process that writes a journal. */
export interface JournalOwner {
  readonly gatewayId: string;
  /** Name of its machine or container. */
  readonly host: string;
  readonly pid: number;
  /** When the process started, as its operating system tells it; `null` where it does not. */
  readonly processStart: string | null;
  /** Unix milliseconds at which it last showed that it lives. */
  readonly renewedAt: number;
}

export function ownerFile(directory: string): string {
  return path.join(directory, OWNER_FILE);
}

/** What this process writes into the owner's file of its journal. */
export function ownerRecord(gatewayId: string): string {
  const { pid } = process;
  return JSON.stringify({ gatewayId, host: hostname(), pid, processStart: processStart(pid) });
}

/** The time of the owner's file is when the owner last lived. When that fails, the next renewal is soon enough. */
export function renewOwnership(directory: string): void {
  const now = new Date();
  utimes(ownerFile(directory), now, now, () => undefined);
}

/** The owner of a journal, or `null` when its directory has none. */
export async function readOwner(directory: string): Promise<JournalOwner | null> {
  try {
    const { mtimeMs } = await stat(ownerFile(directory));
    const owner: unknown = JSON.parse(await readFile(ownerFile(directory), 'utf8'));
    return isOwner(owner) ? { ...owner, renewedAt: mtimeMs } : null;
  } catch {
    return null;
  }
}

/**
 * Whether the owner still runs. On this machine its process is looked at, by number and start (numbers are used again);
 * of another one we only know when it last renewed its lease.
 */
export function isOwnerAlive(owner: JournalOwner): boolean {
  if (owner.host !== hostname()) return Date.now() - owner.renewedAt < LEASE_MS;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return owner.processStart === null || owner.processStart === processStart(owner.pid);
}

function isOwner(value: unknown): value is Omit<JournalOwner, 'renewedAt'> {
  if (typeof value !== 'object' || value === null) return false;
  const { gatewayId, host, pid, processStart: start } = value as Record<string, unknown>;
  const texts = typeof gatewayId === 'string' && typeof host === 'string';
  return texts && typeof pid === 'number' && (start === null || typeof start === 'string');
}

/**
 * Boot id and ticks since boot. A process that has ended but was not collected by its parent (a zombie) has no start
 * any more: it does not write either.
 */
function processStart(pid: number): string | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name in parentheses may contain anything, so the fields are counted from behind it
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    const ticks = fields[19];
    if (state === 'Z' || state === 'X' || ticks === undefined) return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
  } catch {
    return null;
  }
}
