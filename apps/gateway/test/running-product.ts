import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import pg from 'pg';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const READY_MS = 60_000;

export interface ProductOptions {
  /** Environment of the product: providers, limits. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The product as a user starts it: launcher, gateway and worker in processes of their own, on a fresh database of the
 * test run's Postgres. What the tests know of it is what its banner says.
 */
export class RunningProduct {
  private child: ChildProcess | null = null;
  private output = '';

  private constructor(
    private readonly database: TestDatabase,
    private readonly directory: string,
    readonly port: number,
    private readonly environment: Readonly<Record<string, string>>,
    readonly pool: pg.Pool,
  ) {}

  static async start({ environment = {} }: ProductOptions = {}): Promise<RunningProduct> {
    const database = await createTestDatabase();
    const directory = await mkdtemp(path.join(tmpdir(), 'tollgate-product-'));
    const pool = new pg.Pool({ connectionString: database.url, max: 3 });
    pool.on('error', () => undefined);
    const product = new RunningProduct(database, directory, await freePort(), environment, pool);
    await product.launch();
    return product;
  }

  /** The first API key, as the banner shows it once. */
  apiKey = '';
  /** The operator's first management token, likewise. */
  managementToken = '';

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get baseUrl(): string {
    return `${this.origin}/v1`;
  }

  get log(): string {
    return this.output;
  }

  /** Starts the launcher on the folder and database of this product; also after {@link end} or a kill. */
  async launch(): Promise<void> {
    const child = spawn(process.execPath, [path.join(ROOT, 'apps/tollgate/dist/main.js'), 'start'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(this.port),
        DATABASE_URL: this.database.url,
        TOLLGATE_DATA: this.directory,
        // nothing of the machine that runs the tests is to be found by accident
        OLLAMA_HOST: 'http://127.0.0.1:9',
        ...this.environment,
      },
    });
    this.child = child;
    const collect = (chunk: Buffer): void => void (this.output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await this.untilReady(child);
    this.apiKey ||= /tg_[0-9A-Za-z]{38}/.exec(this.output)?.[0] ?? '';
    this.managementToken ||= /tgm_[0-9A-Za-z]{38}/.exec(this.output)?.[0] ?? '';
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
    await this.pool.end();
    await this.database.drop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Process id of a child of the launcher, by the script that it runs: `gateway` or `worker`. */
  async childPid(name: 'gateway' | 'worker'): Promise<number> {
    const { readdir, readFile } = await import('node:fs/promises');
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      if (parent !== String(this.child?.pid)) continue;
      const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
      if (command.includes(`apps/${name}/dist/main.js`)) return Number(entry);
    }
    throw new Error(`no ${name} process`);
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

  private async untilReady(child: ChildProcess): Promise<void> {
    for (const deadline = Date.now() + READY_MS; ;) {
      if (child.exitCode !== null) throw new Error(`the product ended: ${this.output}`);
      const ready = await fetch(`${this.origin}/health/ready`).then(
        (response) => response.ok,
        () => false,
      );
      // the banner is printed after the children are ready
      if (ready && this.output.includes('/v1')) return;
      if (Date.now() > deadline) throw new Error(`the product does not get ready: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export type ManagedResource = Record<string, unknown>;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
