import { childEnvironment } from '@tollgate/config';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartUpError } from '../start-up-error.js';

export interface SupervisedProgram {
  /** For messages: `gateway`. */
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Options of Node for this program. */
  readonly nodeOptions?: readonly string[];
  /** How long it may take to end after it was asked to. */
  readonly stopTimeoutMs: number;
}

const READY_WITHIN_MS = 60_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
/** After so long a life a new trouble is not the old one. */
const SETTLED_MS = 60_000;

/**
 * A child process that is started again whenever it dies. It says by IPC when it is ready, or why it cannot be, and
 * ends by itself when that channel closes, because the launcher is gone.
 */
export class SupervisedProcess {
  readonly #program: SupervisedProgram;
  readonly #warn: (line: string) => void;
  #child: ChildProcess | undefined;
  #supervision: Promise<void> = Promise.resolve();
  readonly #ending = new AbortController();

  constructor(program: SupervisedProgram, warn: (line: string) => void) {
    this.#program = program;
    this.#warn = warn;
  }

  /** @throws StartUpError with the child's own line when it cannot start. */
  async start(): Promise<void> {
    const child = await this.#launch();
    this.#supervision = this.#supervise(child);
  }

  /** Asks it to end, and insists after its time is over. */
  async stop(): Promise<void> {
    this.#ending.abort();
    const child = this.#child;
    if (child !== undefined && isAlive(child)) {
      const insist = setTimeout(() => child.kill('SIGKILL'), this.#program.stopTimeoutMs);
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      clearTimeout(insist);
    }
    await this.#supervision;
  }

  kill(): void {
    this.#ending.abort();
    this.#child?.kill('SIGKILL');
  }

  async #launch(): Promise<ChildProcess> {
    const child = fork(this.#program.file, {
      env: childEnvironment(this.#program.environment),
      execArgv: [...(this.#program.nodeOptions ?? [])],
      // a group of its own: a Ctrl-C in the terminal is for the launcher, which ends its children in order
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    try {
      await readiness(child, this.#program.name);
      return child;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  async #supervise(first: ChildProcess): Promise<void> {
    let child = first;
    let backoffMs = FIRST_BACKOFF_MS;
    while (!this.#ending.signal.aborted) {
      const since = performance.now();
      if (isAlive(child)) await once(child, 'exit');
      if (this.#ending.signal.aborted) return;
      if (performance.now() - since > SETTLED_MS) backoffMs = FIRST_BACKOFF_MS;
      this.#warn(`the ${this.#program.name} ended (${endOf(child)}) and is started again`);
      await sleep(backoffMs, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      child = await this.#relaunch(child);
    }
  }

  async #relaunch(dead: ChildProcess): Promise<ChildProcess> {
    if (this.#ending.signal.aborted) return dead;
    try {
      return await this.#launch();
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#warn((error as Error).message);
      return dead;
    }
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function endOf(child: ChildProcess): string {
  return child.signalCode ?? `exit code ${child.exitCode}`;
}

function readiness(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => fail(`the ${name} was not ready within a minute`), READY_WITHIN_MS);
    const fail = (message: string): void => {
      clearTimeout(late);
      reject(new StartUpError(message));
    };
    child.on('message', (message: unknown) => {
      if (typeof message !== 'object' || message === null) return;
      if ('ready' in message) {
        clearTimeout(late);
        resolve();
      } else if ('failed' in message) {
        fail(`the ${name} cannot start: ${String(message.failed)}`);
      }
    });
    child.once('error', (error) => fail(`the ${name} cannot start: ${error.message}`));
    child.once('exit', () => fail(`the ${name} ended (${endOf(child)}) before it was ready`));
  });
}

/** The program of another app of this installation, as it is built. */
export function programOf(app: 'gateway' | 'worker'): string {
  return fileURLToPath(new URL(`../../../${app}/dist/main.js`, import.meta.url));
}
