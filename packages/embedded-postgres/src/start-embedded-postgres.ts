import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries, type Binaries } from './binaries.js';
import { ensureCluster, SERVER_ENVIRONMENT } from './cluster.js';
import { databaseUrl, ensureDatabase, waitUntilReady } from './connection.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { clusterIn, placeCluster, reachableBinaries, type Placement } from './placement.js';
import { findPostmaster, stopPostmaster, type Postmaster } from './postmaster.js';
import { identityOf, isRunning } from './process-identity.js';
import { acquireProcessLock, LockHeldError } from './process-lock.js';
import { machineFor, serverSettings } from './server-settings.js';
import { startWatchedServer, type WatchedServer } from './watched-server.js';

export interface EmbeddedPostgresOptions {
  /** Absolute folder for the data; made when missing. */
  readonly directory: string;
  /** Server settings that replace our own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A fixed port, to come back where clients still look; otherwise a free one. */
  readonly port?: number;
  /** Removes the folder when the server stops, even after our own kill -9. For tests. */
  readonly temporary?: boolean;
}

export interface EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  /** Where the data really is: as root, a folder that the unprivileged server cannot reach is not used. */
  readonly directory: string;
  /** Another process, or an earlier call, owns this server; `stop` then does nothing. */
  readonly reused: boolean;
  /** Settles with the exit code when the server ends, asked or not; never for a reused one. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}

const START_LOCK_WAIT_MS = 60_000;
const MAX_LOG_BYTES = 16 * 1024 * 1024;
const RETRY_FOR_MS = 15_000;
/** Worth another try: workers of a killed server still end, or somebody took the port in the meantime. */
const PASSING_TROUBLE = /pre-existing shared memory block|could not bind|Address already in use|already exists/;

/**
 * Starts Postgres on the folder, or joins the server that a living process runs on it already.
 * @throws EmbeddedPostgresError with one line that says what is wrong.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const requested = path.resolve(options.directory);
  const placement = placeCluster(requested);
  const lock = await lockFolder(placement.directory);
  try {
    return await startOn(placement, options);
  } finally {
    lock.release();
  }
}

async function lockFolder(directory: string): ReturnType<typeof acquireProcessLock> {
  try {
    return await acquireProcessLock(path.join(directory, 'start.lock'), START_LOCK_WAIT_MS);
  } catch (error) {
    const reason =
      error instanceof LockHeldError ? `process ${error.ownerPid} is still starting it` : (error as Error).message;
    throw new EmbeddedPostgresError(`the database in ${directory} cannot be started: ${reason}`);
  }
}

async function startOn(placement: Placement, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = reachableBinaries(findBinaries(), placement.account);
  const password = ensureCluster(binaries, placement);
  const running = findPostmaster(clusterIn(placement.directory));
  if (running !== null && isWatchedOver(placement.directory)) return joined(running, placement, password);
  if (running !== null) await stopPostmaster(running);
  const { server, port } = await startUntilReady({ binaries, placement, password, options });
  return {
    url: databaseUrl(password, port),
    port,
    directory: placement.directory,
    reused: false,
    exited: server.exited,
    stop: () => server.stop(),
  };
}

async function joined(running: Postmaster, placement: Placement, password: string): Promise<EmbeddedPostgres> {
  const { port } = running;
  await waitUntilReady(databaseUrl(password, port, 'postgres'), () => isRunning(running.identity));
  await ensureDatabase(password, port);
  return {
    url: databaseUrl(password, port),
    port,
    directory: placement.directory,
    reused: true,
    exited: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}

interface Launch {
  readonly binaries: Binaries;
  readonly placement: Placement;
  readonly password: string;
  readonly options: EmbeddedPostgresOptions;
}

async function startUntilReady(launch: Launch): Promise<{ server: WatchedServer; port: number }> {
  const { directory } = launch.placement;
  const logFile = path.join(directory, 'postgres.log');
  rotate(logFile);
  const deadline = performance.now() + RETRY_FOR_MS;
  for (;;) {
    const logged = existsSync(logFile) ? statSync(logFile).size : 0;
    const port = launch.options.port ?? (await freePort());
    const server = await startWatchedServer(watchdogOrder(launch, port, logFile));
    let ended = false;
    void server.exited.then(() => (ended = true));
    writeOwner(directory, server.watchdogPid);
    try {
      await waitUntilReady(databaseUrl(launch.password, port, 'postgres'), () => !ended);
      await ensureDatabase(launch.password, port);
      return { server, port };
    } catch (error) {
      await server.stop();
      const output = readFileSync(logFile, 'utf8').slice(logged);
      if (PASSING_TROUBLE.test(output) && performance.now() < deadline) {
        await sleep(200);
        findPostmaster(clusterIn(directory));
        continue;
      }
      throw new EmbeddedPostgresError(`the database did not start: ${lastFatal(output) ?? (error as Error).message}`);
    }
  }
}

function watchdogOrder(launch: Launch, port: number, logFile: string): Parameters<typeof startWatchedServer>[0] {
  const { placement, binaries, options } = launch;
  const settings = { ...serverSettings(machineFor(placement.directory)), ...options.settings, port: String(port) };
  return {
    program: binaries.postgres,
    args: [
      '-D',
      clusterIn(placement.directory),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    account: placement.account,
    cwd: placement.directory,
    env: SERVER_ENVIRONMENT,
    logFile,
    removeAfterwards: options.temporary === true ? placement.directory : null,
  };
}

/** Whose server it is: joined only while both live, otherwise it is about to stop, or nobody would ever stop it. */
function writeOwner(directory: string, watchdogPid: number): void {
  const watchers = [process.pid, watchdogPid].map((pid) => identityOf(pid) ?? '');
  writeFileSync(path.join(directory, 'owner'), watchers.join('\n'), { mode: 0o600 });
}

function isWatchedOver(directory: string): boolean {
  try {
    return readFileSync(path.join(directory, 'owner'), 'utf8').split('\n').every(isRunning);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function rotate(logFile: string): void {
  if (existsSync(logFile) && statSync(logFile).size > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
}

function lastFatal(output: string): string | undefined {
  return output
    .split('\n')
    .findLast((line) => /FATAL|PANIC|error/i.test(line))
    ?.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '');
}
