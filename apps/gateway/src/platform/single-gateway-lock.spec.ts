import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import pg from 'pg';

import { SingleGatewayLock } from './single-gateway-lock.js';

describe('the lock of the only gateway', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  const locks: SingleGatewayLock[] = [];
  let lost = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterEach(async () => {
    for (const lock of locks.splice(0)) await lock.release();
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  function newLock(databaseUrl = database.url): SingleGatewayLock {
    const lock = new SingleGatewayLock({ databaseUrl, onLost: () => lost++ });
    locks.push(lock);
    return lock;
  }

  const breakConnections = (): Promise<pg.QueryResult> =>
    pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'tollgate-gateway-lock' AND datname = current_database()`,
    );

  test('has one holder; whoever comes second waits as long as it likes', async () => {
    const [first, second] = [newLock(), newLock()];
    expect(await first.acquire(0)).toBe(true);
    expect(await second.acquire(150)).toBe(false);
    const third = newLock();
    const waiting = third.acquire(3_000);
    setTimeout(() => void first.release(), 200);
    expect(await waiting).toBe(true);
  });

  test('is one per database', async () => {
    const other = await createTestDatabase();
    expect(await newLock().acquire(0)).toBe(true);
    const there = newLock(other.url);
    expect(await there.acquire(0)).toBe(true);
    await there.release();
    await other.drop();
  });

  test('is taken again when its connection broke, so that nobody else gets it', async () => {
    const lock = newLock();
    expect(await lock.acquire(0)).toBe(true);
    await breakConnections();
    const held = async (): Promise<boolean> => {
      const probe = newLock();
      const free = await probe.acquire(0);
      await probe.release();
      return !free;
    };
    for (const deadline = Date.now() + 8_000; !(await held());) {
      if (Date.now() > deadline) throw new Error('the lock has not been taken again');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(lost).toBe(0);
  });

  test('fails when there is no database', async () => {
    const lock = newLock('postgresql://nobody@127.0.0.1:9/none');
    await expect(lock.acquire(0)).rejects.toThrow();
  });
});
