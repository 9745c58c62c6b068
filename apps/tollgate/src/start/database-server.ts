import { clusterExists, startEmbeddedPostgres, type EmbeddedPostgres } from '@tollgate/embedded-postgres';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartUpError } from '../start-up-error.js';

/** The database that this installation runs on. */
export interface DatabaseServer {
  readonly url: string;
  /** For the operator: where the data is. Holds no secret. */
  readonly place: string;
  stop(): Promise<void>;
}

interface DatabaseConfig {
  readonly databaseUrl: string | null;
  readonly dataDirectory: string;
}

const OLDEST_MAJOR_VERSION = 15;
const STARTING_UP = '57P03';
const WAIT_FOR_START_UP_MS = 60_000;
const WAIT_FOR_COMMAND_MS = 30_000;
const RESTART_DELAY_MS = 1000;

/** The configured Postgres, which must answer, or our own, which is kept running. */
export async function runDatabaseServer(config: DatabaseConfig, warn: (line: string) => void): Promise<DatabaseServer> {
  if (config.databaseUrl !== null) return external(config.databaseUrl);
  const server = await ownEmbedded(directoryOf(config));
  return new KeptRunning(server, warn);
}

/**
 * For a command: the configured Postgres, or our own, whether the launcher runs it now or not.
 * @throws StartUpError when there is none yet: a command works on an installation and never makes one.
 */
export async function joinDatabaseServer(config: DatabaseConfig): Promise<DatabaseServer> {
  if (config.databaseUrl !== null) return external(config.databaseUrl);
  if (!clusterExists(directoryOf(config))) {
    throw new StartUpError(
      `there is no installation in ${config.dataDirectory}: name its data folder with TOLLGATE_DATA, or make one with npm start`,
    );
  }
  const server = await startEmbeddedPostgres({ directory: directoryOf(config) });
  return { url: server.url, place: server.directory, stop: () => server.stop() };
}

function directoryOf(config: DatabaseConfig): string {
  return path.join(config.dataDirectory, 'postgres');
}

/** A server that somebody else owns can only be a command's, which ends soon and takes it along. */
async function ownEmbedded(directory: string): Promise<EmbeddedPostgres> {
  const deadline = performance.now() + WAIT_FOR_COMMAND_MS;
  for (;;) {
    const server = await startEmbeddedPostgres({ directory });
    if (!server.reused) return server;
    if (performance.now() > deadline) throw new StartUpError(`another process uses the database in ${directory}`);
    await sleep(200);
  }
}

/** Brings the server back where its clients look for it when it ends by itself. */
class KeptRunning implements DatabaseServer {
  #current: EmbeddedPostgres;
  #stopping = false;
  #returning: Promise<void>;
  readonly #warn: (line: string) => void;

  constructor(server: EmbeddedPostgres, warn: (line: string) => void) {
    this.#current = server;
    this.#warn = warn;
    this.#returning = this.#watch();
  }

  get url(): string {
    return this.#current.url;
  }

  get place(): string {
    return this.#current.directory;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#current.stop();
    await this.#returning;
  }

  async #watch(): Promise<void> {
    const { port, directory } = this.#current;
    await this.#current.exited;
    while (!this.#stopping) {
      this.#warn('the embedded database ended unexpectedly and is started again');
      try {
        this.#current = await startEmbeddedPostgres({ directory, port });
        this.#returning = this.#watch();
        if (this.#stopping) await this.#current.stop();
        return;
      } catch (error) {
        this.#warn((error as Error).message);
        await sleep(RESTART_DELAY_MS);
      }
    }
  }
}

async function external(url: string): Promise<DatabaseServer> {
  const { hostname, port, pathname } = new URL(url);
  const place = `Postgres at ${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
  const deadline = performance.now() + WAIT_FOR_START_UP_MS;
  for (;;) {
    try {
      await requireVersion(url);
      return { url, place, stop: () => Promise.resolve() };
    } catch (error) {
      if (error instanceof StartUpError) throw error;
      if ((error as { code?: unknown }).code !== STARTING_UP || performance.now() > deadline) {
        throw new StartUpError(`cannot use ${place}: ${reasonOf(error)}`);
      }
      await sleep(500);
    }
  }
}

async function requireVersion(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the pending call fails with the same error
  await client.connect();
  try {
    const { rows } = await client.query<{ major: number }>(
      "select current_setting('server_version_num')::int / 10000 as major",
    );
    const major = rows[0]?.major ?? 0;
    if (major < OLDEST_MAJOR_VERSION) {
      throw new StartUpError(`DATABASE_URL leads to Postgres ${major}; ${OLDEST_MAJOR_VERSION} or newer is needed`);
    }
  } finally {
    await client.end();
  }
}

/** Several addresses of one host fail with one error that has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map((each) => (each as Error).message).join('; ');
  return (error as Error).message;
}
