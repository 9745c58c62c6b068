import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import path from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { WatchdogOrder, WatchdogReport } from './watchdog-order.js';

/** A server with the watchdog that stops it when we are gone. */
export interface WatchedServer {
  readonly watchdogPid: number;
  /** Settles with the exit code when the server and its watchdog have ended, for whatever reason. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

/** The sibling that Node runs: compiled beside compiled code, and the source itself beside sources. */
const WATCHDOG = path.join(import.meta.dirname, `watchdog${path.extname(import.meta.filename)}`);

/** Starts the server under a watchdog. It is not ready for queries yet. */
export async function startWatchedServer(order: WatchdogOrder): Promise<WatchedServer> {
  const watchdog = spawn(process.execPath, [WATCHDOG, JSON.stringify(order)], {
    cwd: '/',
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
  });
  const exited = new Promise<number>((resolve) => {
    watchdog.once('exit', (code) => resolve(code ?? 1));
    watchdog.once('error', () => resolve(1));
  });
  const answer = await Promise.race([
    once(watchdog, 'message').then(([message]) => message as WatchdogReport),
    exited.then((code): WatchdogReport => ({ failed: `its watchdog ended with ${code}` })),
  ]);
  if ('failed' in answer) throw new EmbeddedPostgresError(`the database could not be started: ${answer.failed}`);
  letOwnerExit(watchdog);
  return {
    watchdogPid: watchdog.pid ?? 0,
    exited,
    stop: async () => {
      watchdog.ref();
      watchdog.stdin?.end();
      await exited;
    },
  };
}

/** An owner that forgets to stop the server may still end: the pipe closes with it. */
function letOwnerExit(watchdog: ChildProcess): void {
  watchdog.disconnect();
  watchdog.unref();
  // the watchdog may be gone before we are: that is what `exited` tells
  watchdog.stdin?.on('error', () => undefined);
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
}
