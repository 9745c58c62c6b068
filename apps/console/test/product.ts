import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import pg from 'pg';

const MAIN = path.resolve(import.meta.dirname, '../../tollgate/dist/main.js');
const READY_MS = 60_000;

/** The built product on a database of its own, as somebody starts it who then opens the console. */
export class Product {
  readonly pool: pg.Pool;
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly database: TestDatabase,
    private readonly directory: string,
    readonly origin: string,
  ) {
    this.pool = new pg.Pool({ connectionString: database.url, max: 2 });
    this.pool.on('error', () => undefined);
    const collect = (chunk: Buffer): void => void (this.output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
  }

  static async start(environment: Readonly<Record<string, string>>): Promise<Product> {
    const database = await createTestDatabase();
    const directory = await mkdtemp(path.join(tmpdir(), 'tollgate-console-'));
    await chmod(directory, 0o755);
    const port = await freePort();
    const child = spawn(process.execPath, [MAIN, 'start'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: database.url,
        TOLLGATE_DATA: directory,
        // nothing of the machine that runs the tests is to be found by accident
        OLLAMA_HOST: 'http://127.0.0.1:9',
        ...environment,
      },
    });
    const product = new Product(child, database, directory, `http://127.0.0.1:${port}`);
    await product.untilReady();
    return product;
  }

  /** The path and fragment of the set-up link that the banner shows. */
  get setUpPath(): string {
    const link = /\/setup#token=\S+/.exec(this.output)?.[0];
    if (link === undefined) throw new Error(`the banner shows no set-up link: ${this.output}`);
    return link;
  }

  /** Calls the management API with the token of the banner. @throws when the status is not one of success. */
  async manage<T>(
    method: string,
    resource: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const response = await fetch(`${this.origin}/api/v1${resource}`, {
      method,
      headers: {
        authorization: `Bearer ${/tgm_[0-9A-Za-z]{38}/.exec(this.output)?.[0] ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${resource}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await this.pool.end();
    await this.database.drop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async untilReady(): Promise<void> {
    for (const deadline = Date.now() + READY_MS; ; await sleep(50)) {
      // the banner is printed after the children are ready
      if (this.output.includes('/v1/chat/completions') && /\/setup#token=\S+\s/.test(this.output)) return;
      if (this.child.exitCode !== null || Date.now() > deadline) throw new Error(`it does not start: ${this.output}`);
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
