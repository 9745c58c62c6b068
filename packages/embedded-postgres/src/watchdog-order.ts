import type { ServerAccount } from './server-account.js';

/** What the watchdog process is told on its command line. No secret is in it. */
export interface WatchdogOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly account: ServerAccount | null;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Directory that goes with the server, or `null`. */
  readonly removeAfterwards: string | null;
}

/** What it answers once by IPC. */
export type WatchdogReport = { readonly pid: number } | { readonly failed: string };
