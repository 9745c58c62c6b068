import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { childrenOf, createTestDatabase, isProcessAlive, type TestDatabase } from '@tollgate/testing';
import pg from 'pg';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PROGRAM = path.join(ROOT, 'apps/tollgate/dist/main.js');
const READY_MS = 60_000;

export interface ProductOptions {
  /** Environment of the product: providers, limits. */
  readonly environment?: Readonly<Record<string, string>>;
  /** On a Postgres of its own, which the launcher owns, instead of a database of the test run's server. */
  readonly embedded?: boolean;
  /** Another database than a fresh one of the test run's server; dropped with the product. */
  readonly database?: TestDatabase;
  /** Runs before the first start, on the empty data folder. */
  readonly prepare?: (directory: string) => Promise<void>;
}

type Child = 'gateway' | 'worker';

/**
 * The product as a user starts it: launcher, gateway and worker in processes of their own, on a fresh database of the
 * test run's Postgres. What the tests know of it is what its banner says.
 */
export class RunningProduct {
  private child: ChildProcess | null = null;
  private output = '';

  private opened: pg.Pool | null = null;

  private constructor(
    private readonly database: TestDatabase | null,
    readonly directory: string,
    readonly port: number,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(options: ProductOptions = {}): Promise<RunningProduct> {
    const { environment = {}, embedded = false, prepare } = options;
    const database = embedded ? null : (options.database ?? (await createTestDatabase()));
    const directory = await mkdtemp(path.join(tmpdir(), 'tollgate-product-'));
    // as root the embedded server runs under an account of its own, which must reach its folder
    await chmod(directory, 0o755);
    await prepare?.(directory);
    const product = new RunningProduct(database, directory, await freePort(), environment);
    await product.launch();
    return product;
  }

  /** The first API key, as the banner shows it once. */
  apiKey = '';
  /** The operator's first management token, likewise. */
  managementToken = '';

  /** The token of the set-up link that the last start has printed. */
  setupToken = '';

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get baseUrl(): string {
    return `${this.origin}/v1`;
  }

  get log(): string {
    return this.output;
  }

  /** The product's database. */
  get pool(): pg.Pool {
    if (this.opened === null) throw new Error('the product has not been started');
    return this.opened;
  }

  async databaseUrl(): Promise<string> {
    if (this.database !== null) return this.database.url;
    const folder = path.join(this.directory, 'postgres');
    const password = (await readFile(path.join(folder, 'password'), 'utf8')).trim();
    return `postgresql://tollgate:${password}@127.0.0.1:${(await this.postmaster()).port}/tollgate`;
  }

  /** Starts the launcher on the folder and database of this product; also after {@link end} or a kill. */
  async launch(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, 'start'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.programEnvironment(),
    });
    this.child = child;
    const printedBefore = this.output.length;
    const collect = (chunk: Buffer): void => void (this.output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await this.untilStarted(child, printedBefore);
    this.apiKey ||= /tg_[0-9A-Za-z]{38}/.exec(this.output)?.[0] ?? '';
    this.managementToken ||= /tgm_[0-9A-Za-z]{38}/.exec(this.output)?.[0] ?? '';
    this.setupToken = /#token=(tgs_[0-9A-Za-z]{38})/.exec(this.output.slice(printedBefore))?.[1] ?? '';
    await this.openPool();
  }

  /** Until the gateway answers that it is ready. */
  async untilReady(): Promise<void> {
    await until(
      () =>
        fetch(`${this.origin}/health/ready`).then(
          async (response) => {
            await response.text();
            return response.ok;
          },
          () => false,
        ),
      () => `the product does not get ready: ${this.output.slice(-3000)}`,
      READY_MS,
    );
  }

  /** Runs a command of `tollgate` on the folder and database of this product, and answers what it prints. */
  async command(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], {
      env: this.programEnvironment(),
    });
    return stdout.trim();
  }

  /** Ends the product as Ctrl-C does. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return null;
    const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    this.child = null;
    return exited;
  }

  async stop(): Promise<void> {
    await this.end();
    await this.opened?.end();
    await this.database?.drop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Process id of a child of the launcher, by the script that it runs. */
  async childPid(name: Child): Promise<number> {
    for (const pid of await childrenOf(this.child?.pid ?? 0)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes(`apps/${name}/dist/main.js`)) return pid;
    }
    throw new Error(`no ${name} process`);
  }

  /**
   * Kills the launcher and nothing else. Answers when everything that it had started has ended too. @throws when
   * something lingers: it would hold the port, or the database's folder, against the next start.
   */
  async killLauncher(): Promise<void> {
    const orphans = await this.descendants();
    await this.end('SIGKILL');
    const alive = async (): Promise<number[]> => {
      const states = await Promise.all(orphans.map(async (pid) => ((await isProcessAlive(pid)) ? [pid] : [])));
      return states.flat();
    };
    let left = orphans;
    await until(
      async () => (left = await alive()).length === 0,
      () => `processes ${left.join(', ')} outlive the launcher: ${this.output.slice(-3000)}`,
      READY_MS,
    );
  }

  /** Everything below the launcher: gateway, worker, the database's watchdog, the database and its workers. */
  private async descendants(parent = this.child?.pid ?? 0): Promise<number[]> {
    const children = await childrenOf(parent);
    return [...children, ...(await Promise.all(children.map((child) => this.descendants(child)))).flat()];
  }

  /** The embedded server's own process first, then those that serve its connections. */
  async postgresPids(): Promise<number[]> {
    const { pid } = await this.postmaster();
    return [pid, ...(await childrenOf(pid))];
  }

  /** Calls the management API as the operator. @throws when the status is not one of success. */
  async manage(
    method: string,
    resource: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ManagedResource> {
    const response = await fetch(`${this.origin}/api/v1${resource}`, {
      method,
      headers: {
        authorization: `Bearer ${this.managementToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${resource}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as ManagedResource);
  }

  /** Waits until the worker has booked a request. */
  async booked(publicId: string, key = this.apiKey): Promise<Record<string, unknown>> {
    for (const deadline = Date.now() + 20_000; ;) {
      const response = await fetch(`${this.baseUrl}/requests/${publicId}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      const request = (await response.json()) as Record<string, unknown>;
      if (response.ok && request['status'] !== 'pending') return request;
      if (Date.now() > deadline) throw new Error(`not booked: ${JSON.stringify(request)}\n${this.output.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private async untilStarted(child: ChildProcess, printedBefore: number): Promise<void> {
    // the banner is printed after the children are ready
    await until(
      () => {
        if (child.exitCode !== null) throw new Error(`the product ended: ${this.output}`);
        return Promise.resolve(this.output.includes('/v1/chat/completions', printedBefore));
      },
      () => `the product does not start: ${this.output.slice(-3000)}`,
      READY_MS,
    );
    await this.untilReady();
  }

  private programEnvironment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(this.port),
      ...(this.database === null ? {} : { DATABASE_URL: this.database.url }),
      TOLLGATE_DATA: this.directory,
      // nothing of the machine that runs the tests is to be found by accident
      OLLAMA_HOST: 'http://127.0.0.1:9',
      ...this.environment,
    };
  }

  private async openPool(): Promise<void> {
    await this.opened?.end();
    this.opened = new pg.Pool({ connectionString: await this.databaseUrl(), max: 3 });
    this.opened.on('error', () => undefined);
    this.opened.on('connect', (client) => client.on('error', () => undefined));
  }

  private async postmaster(): Promise<{ pid: number; port: number }> {
    const file = path.join(this.directory, 'postgres/data/postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]) };
  }
}

export type ManagedResource = Record<string, unknown>;

/** Tries every 50 ms. @throws with the message when it takes too long. */
export async function until(attempt: () => Promise<boolean>, failure: () => string, withinMs = 20_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await attempt());) {
    if (Date.now() > deadline) throw new Error(failure());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
