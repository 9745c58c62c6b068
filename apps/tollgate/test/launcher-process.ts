import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = path.resolve(import.meta.dirname, '../dist/main.js');

export interface Launcher {
  readonly pid: number;
  /** Both fill up as the process writes. */
  readonly output: { out: string; err: string };
  /** Waits for a text on standard output. @throws when the process ends before, with what it said. */
  says(text: string): Promise<void>;
  /** Sends a signal, if one is named, and waits for the end. Answers the exit code. */
  ended(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs the built `tollgate` with nothing in its environment but what is given. */
export function launch(environment: Record<string, string>, ...args: string[]): Launcher {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
  const end = once(child, 'close') as Promise<[number | null]>;
  let isOver = false;
  void end.then(() => (isOver = true));
  return {
    pid: child.pid ?? 0,
    output,
    says: async (text) => {
      while (!output.out.includes(text)) {
        if (isOver) throw new Error(`ended without "${text}": ${output.out}${output.err}`);
        await sleep(20);
      }
    },
    ended: async (signal) => {
      if (signal !== undefined) child.kill(signal);
      return (await end)[0];
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
