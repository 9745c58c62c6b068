import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { EmbeddedPostgresOptions } from '@tollgate/embedded-postgres';

interface OwnerAnswer {
  readonly url: string;
  readonly directory: string;
  readonly reused: boolean;
  readonly error?: string;
}

export interface Owner extends OwnerAnswer {
  readonly process: ChildProcess;
  /** Asks it to stop its server and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts another process that owns an embedded Postgres. It runs the built package. */
export async function startOwner(
  options: EmbeddedPostgresOptions,
  account: { uid?: number; gid?: number } = {},
): Promise<Owner> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'owner.mjs'), JSON.stringify(options)], {
    ...account,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), gone])) as [unknown];
  if (typeof line !== 'string') throw new Error(`the owner ended with ${String(line)}`);
  return {
    ...(JSON.parse(line) as OwnerAnswer),
    process: child,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await gone;
    },
  };
}
