import { readFile } from 'node:fs/promises';

import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { Database, insertUsageInbox, USAGE_LANES, UsageIngestion } from '../src/index.js';
import { createTenant, inboxEvent, newUsageEvent } from './usage-fixtures.js';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
  const first = await createTenant(database, 'Asia/Kolkata');
  const second = await createTenant(database, 'America/New_York');
  const now = Date.now();
  const events = Array.from({ length: 600 }, (_, index) =>
    newUsageEvent(index % 2 === 0 ? first : second, {
      occurredAt: now - index * 7_200_000,
      ...(index % 9 === 0 ? { target: null, outcome: 'refused', usage: {}, usageSource: 'none' } : {}),
    }),
  );
  const corrections = events
    .filter(({ target }, index) => target !== null && index % 5 === 0)
    .map((event) => ({ ...event, revision: 1, usage: { input: 7, input_cache_read: 2, output: 1 } }));
  await book(events);
  await database.pool.query(`UPDATE accounting_period SET state = 'closed' WHERE ends_at <= now()`);
  await book(corrections);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

async function book(events: readonly ReturnType<typeof newUsageEvent>[]): Promise<void> {
  await insertUsageInbox(database.pool, events.map(inboxEvent));
  const lanes = Array.from({ length: USAGE_LANES }, (_, lane) => lane);
  expect(await new UsageIngestion(database.pool).ingest(lanes)).toMatchObject({ booked: events.length });
}

function sqlOf(migration: string): Promise<string> {
  return readFile(new URL(`../../../prisma/migrations/${migration}/migration.sql`, import.meta.url), 'utf8');
}

/** What the migration writes into a table that it makes, for whoever has usage already. */
async function backfillOf(table: string, migration: string): Promise<string> {
  const statements = (await sqlOf(migration)).split(';');
  const statement = statements.find((text) => text.includes(`INSERT INTO "${table}"`));
  if (statement === undefined) throw new Error(`${migration} does not fill ${table}`);
  return statement;
}

test('what was booked before events kept their billing mode has that of its organization', async () => {
  const modes = `SELECT e.billing_mode, o.billing_mode AS expected, count(*)::int AS n
    FROM usage_event e JOIN organization o ON o.id = e.organization_id GROUP BY 1, 2 ORDER BY 1`;
  await database.pool.query(`UPDATE organization SET billing_mode = 'prepaid' WHERE time_zone = 'Asia/Kolkata'`);
  await database.pool.query('ALTER TABLE usage_event DROP COLUMN billing_mode');
  await database.pool.query(await sqlOf('20261122181200_keep_billing_mode_of_usage'));
  const { rows } = await database.pool.query<{ billing_mode: string; expected: string; n: number }>(modes);
  expect(rows.map(({ billing_mode, expected }) => [billing_mode, expected])).toEqual([
    ['postpaid', 'postpaid'],
    ['prepaid', 'prepaid'],
  ]);
  expect(rows.every(({ n }) => n > 100)).toBe(true);
  await expect(database.pool.query(`UPDATE usage_event SET billing_mode = 'postpaid'`)).rejects.toThrow('usage_event');
});

test.each([
  ['usage_key_day', '20261122161000_add_usage_by_key'],
  ['installation_hour', '20261122172500_add_installation_hour'],
  ['installation_day', '20261122210500_add_utc_days'],
  ['deployment_day', '20261122210500_add_utc_days'],
  ['organization_day', '20261122210500_add_utc_days'],
])('what was booked before %s was there is in it afterwards, as if it had been', async (table, migration) => {
  // rows whose corrections left nothing are no rows to whoever adds the events up
  const read = `SELECT * FROM ${table} t WHERE requests <> 0 OR list_cost <> 0 ORDER BY t::text`;
  const booked = await database.pool.query(read);
  expect(booked.rows.length).toBeGreaterThan(50);
  await database.pool.query(`DELETE FROM ${table}`);
  await database.pool.query(await backfillOf(table, migration));
  const filled = await database.pool.query(read);
  expect(filled.rows).toEqual(booked.rows);
});
