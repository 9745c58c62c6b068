/**
 * The parent of Postgres. It lives as long as its standard input: when the owner ends, even by kill -9, the kernel
 * closes that pipe and the server is stopped cleanly. It stands in a process group of its own, so that a Ctrl-C in the
 * owner's terminal reaches neither it nor the server: the owner decides when the database goes.
 */
import { spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import type { WatchdogOrder, WatchdogReport } from './watchdog-order.js';

const CLEAN_STOP_MS = 15_000;

function watch(order: WatchdogOrder): void {
  const log = openSync(order.logFile, 'a', 0o600);
  const server = spawn(order.program, order.args, {
    ...order.account,
    cwd: order.cwd,
    env: order.env,
    stdio: ['ignore', log, log],
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.kill('SIGINT');
    setTimeout(() => server.kill('SIGQUIT'), CLEAN_STOP_MS).unref();
  };
  process.stdin.resume().once('end', stop).once('close', stop).once('error', stop);
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined);
  server.once('error', (error) => {
    report({ failed: error.message });
    process.exitCode = 1;
    process.stdin.destroy();
  });
  server.once('spawn', () => report({ pid: server.pid ?? 0 }));
  server.once('exit', (code) => {
    if (order.removeAfterwards !== null) rmSync(order.removeAfterwards, { recursive: true, force: true });
    process.exit(code ?? 1);
  });
}

function report(message: WatchdogReport): void {
  process.send?.(message);
}

watch(JSON.parse(process.argv[2] ?? '') as WatchdogOrder);
