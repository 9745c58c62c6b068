import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 5_000;

/** The delays between attempts: doubled each time, up to five seconds. */
export function nextDelay(previousMs: number | null): number {
  return previousMs === null ? FIRST_DELAY_MS : Math.min(previousMs * 2, LAST_DELAY_MS);
}

/** Sleeps, unless or until the signal says that everything ends. */
export async function sleepUnlessEnded(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
