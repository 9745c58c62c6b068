import { readdir, readFile } from 'node:fs/promises';

/** Ids of the processes that a process has started and that still run. */
export async function childrenOf(parent: number): Promise<number[]> {
  const children: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const { state, parent: parentOfEntry } = await statusOf(Number(entry));
    if (parentOfEntry === parent && state !== 'Z') children.push(Number(entry));
  }
  return children;
}

/** Whether the process still does something: not one that has ended and was only not collected yet. */
export async function isProcessAlive(pid: number): Promise<boolean> {
  const { state } = await statusOf(pid);
  return state !== '' && state !== 'Z' && state !== 'X';
}

/** Bytes of memory that the process holds. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) * 1024;
}

async function statusOf(pid: number): Promise<{ state: string; parent: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // the name in parentheses may contain anything, so the fields are counted from behind it
  const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent) };
}
