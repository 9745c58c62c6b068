import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import pg from 'pg';
import { cancellableQuery } from '../src/cancellable-query.js';

/** What the pool gives every query of its own. */
const POOL_TIMEOUT_MS = 300;

let database: TestDatabase;
/** Looks on from outside. */
let observer: pg.Pool;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  observer = new pg.Pool({ connectionString: database.url });
});
beforeEach(() => {
  // one connection: whatever else asks the pool waits until the statement's connection is let go
  pool = new pg.Pool({ connectionString: database.url, max: 1, query_timeout: POOL_TIMEOUT_MS });
  pool.on('error', () => undefined);
});
afterEach(() => pool.end());
afterAll(async () => {
  await observer.end();
  await database.drop();
});

async function sleeping(): Promise<number> {
  const { rows } = await observer.query(
    `SELECT 1 FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event = 'PgSleep' AND state = 'active'`,
  );
  return rows.length;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const backendOf = (rows: readonly { readonly pid: number }[]): number | undefined => rows[0]?.pid;

describe('a connection', () => {
  test('is lent again after a statement, and after one that Postgres has refused', async () => {
    const text = 'SELECT pg_backend_pid() AS pid';
    const first = backendOf(await cancellableQuery<{ pid: number }>(pool, { text, values: [], timeoutMs: 1_000 }));
    const refused = cancellableQuery(pool, { text: 'SELECT 1 / 0', values: [], timeoutMs: 1_000 });
    await expect(refused).rejects.toMatchObject({ code: '22012' });
    const second = backendOf(await cancellableQuery<{ pid: number }>(pool, { text, values: [], timeoutMs: 1_000 }));
    expect(second).toBe(first);
  });

  test('that a cancellation is on its way to is lent to nobody, although its statement has ended', async () => {
    const left = new AbortController();
    const text = 'SELECT pg_backend_pid() AS pid, pg_sleep(0.2)';
    const reading = cancellableQuery<{ pid: number }>(pool, {
      text,
      values: [],
      timeoutMs: 1_000,
      signal: left.signal,
    });
    await until(async () => (await sleeping()) === 1);
    left.abort();
    const cancelled = backendOf(await reading);
    expect(cancelled).toBeDefined();
    const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    expect(backendOf(rows)).not.toBe(cancelled);
  });
});

describe('time', () => {
  test('is what the statement was given, not what its pool gives', async () => {
    const text = `SELECT 1 AS one, pg_sleep(${(POOL_TIMEOUT_MS * 2) / 1_000})`;
    const rows = await cancellableQuery<{ one: number }>(pool, { text, values: [], timeoutMs: 10_000 });
    expect(rows).toMatchObject([{ one: 1 }]);
  });

  test('that is up by the clock of Postgres', async () => {
    const late = cancellableQuery(pool, { text: 'SELECT pg_sleep(30)', values: [], timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ code: '57014' });
  });

  test('that is up here, while Postgres says nothing: the statement does not go on without a reader', async () => {
    // zero takes its clock from Postgres
    const silent = cancellableQuery(pool, { text: 'SELECT pg_sleep(60)', values: [], timeoutMs: 0 });
    await expect(silent).rejects.toThrow('Query read timeout');
    await until(async () => (await sleeping()) === 0);
  }, 20_000);
});
