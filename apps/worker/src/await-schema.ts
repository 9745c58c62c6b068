import { requireSchema, SchemaMismatchError } from '@tollgate/database';
import type { Logger } from '@tollgate/telemetry';

import { nextDelay, sleepUnlessEnded } from './retry.js';

const ENDINGS = ['SIGTERM', 'SIGINT', 'disconnect'] as const;

/**
 * Waits until the database has said that this release fits it, however long it is away: nothing may be booked before.
 * Answers `false` when the worker is to end instead.
 * @throws SchemaMismatchError when the release and the database are of different ages.
 */
export async function awaitSchema(databaseUrl: string, log: Logger): Promise<boolean> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const name of ENDINGS) process.once(name, end);
  try {
    for (let retryMs: number | null = null; !ending.signal.aborted; await sleepUnlessEnded(retryMs, ending.signal)) {
      try {
        await requireSchema(databaseUrl);
        return !ending.signal.aborted;
      } catch (error) {
        if (error instanceof SchemaMismatchError) throw error;
        if (retryMs === null) log.error({ err: error }, 'the database cannot be asked for its schema; trying again');
        retryMs = nextDelay(retryMs);
      }
    }
    return false;
  } finally {
    for (const name of ENDINGS) process.off(name, end);
  }
}
