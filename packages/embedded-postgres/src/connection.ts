import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SUPERUSER } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const DATABASE = 'tollgate';
const READY_WITHIN_MS = 120_000;

export function databaseUrl(password: string, port: number, database: string = DATABASE): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Waits until the server answers a query: it refuses connections at first, and may be replaying its WAL (57P03). */
export async function waitUntilReady(url: string, isAlive: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    if (!isAlive()) throw new EmbeddedPostgresError('the database ended while it was starting');
    try {
      await withClient(url, (client) => client.query('select 1'));
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(20);
    }
  }
}

export async function ensureDatabase(password: string, port: number): Promise<void> {
  await withClient(databaseUrl(password, port, 'postgres'), async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
}

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined); // the pending call fails with the same error
  try {
    await client.connect();
    return await run(client);
  } finally {
    await client.end();
  }
}
