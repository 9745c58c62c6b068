import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of a hundredth of a second, as Linux counts them. */
const TICKS_PER_SECOND = 100;
const [PARENT, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM] = [1, 11, 12, 13, 14];

/** The fields of a process from its state on; `null` when it has just ended. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
  } catch {
    return null;
  }
}

/** Seconds of CPU that a process has used. */
export function processSeconds(pid) {
  const stat = statOf(pid);
  return stat === null ? 0 : (stat[USER] + stat[SYSTEM]) / TICKS_PER_SECOND;
}

/** Seconds of CPU of a Postgres server, known by one of its backends: all that run, and all that have ended. */
export function serverSeconds(backendPid) {
  const postmaster = statOf(backendPid)?.[PARENT];
  const whole = statOf(postmaster);
  if (whole === null) return 0;
  let ticks = whole[USER] + whole[SYSTEM] + whole[CHILDREN_USER] + whole[CHILDREN_SYSTEM];
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : null;
    if (stat?.[PARENT] === postmaster) ticks += stat[USER] + stat[SYSTEM];
  }
  return ticks / TICKS_PER_SECOND;
}

/** Seconds of CPU of a process and of all that it has started, as far as it still runs. */
export function treeSeconds(pid) {
  const stats = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), statOf(name)]),
  );
  const isBelow = (each) => each === pid || (each > 1 && isBelow(stats.get(each)?.[PARENT] ?? 0));
  let ticks = 0;
  for (const [each, stat] of stats) if (stat !== null && isBelow(each)) ticks += stat[USER] + stat[SYSTEM];
  return ticks / TICKS_PER_SECOND;
}

/** Seconds of CPU that everything on this machine has used, and that nothing has. */
export function machineSeconds() {
  const [user, nice, system, idle, waiting, irq, softIrq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]
    .split(/ +/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softIrq + steal;
  return { busy: busy / TICKS_PER_SECOND, idle: (idle + waiting) / TICKS_PER_SECOND };
}
