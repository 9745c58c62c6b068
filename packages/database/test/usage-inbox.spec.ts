import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';

import { Database, InboxLines, insertUsageInbox } from '../src/index.js';
import { createTenant, inboxEvent, newUsageEvent } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

let testDatabase: TestDatabase;
let database: Database;
let tenant: Tenant;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url, { applicationName: 'forwarding' });
  tenant = await createTenant(database);
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

async function payloads(): Promise<unknown[]> {
  const { rows } = await database.pool.query<{ payload: string }>(
    'SELECT payload FROM usage_inbox ORDER BY request_id',
  );
  return rows.map(({ payload }) => JSON.parse(payload) as unknown);
}

describe('the inbox', () => {
  test('takes batches through memory that is used again, each whole and as it is', async () => {
    const lines = new InboxLines();
    const events = Array.from({ length: 60 }, (_, n) => newUsageEvent(tenant, { tags: ['Zoë 😀\n"'.repeat(n % 7)] }));
    const inbox = events.map(inboxEvent);
    await insertUsageInbox(database.pool, inbox.slice(0, 40), lines);
    await insertUsageInbox(database.pool, inbox.slice(40, 43), lines);
    await insertUsageInbox(database.pool, inbox.slice(30), lines);
    events.sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
    expect(await payloads()).toEqual(events);
  });

  test('refuses memory that another statement is still reading from', async () => {
    const lines = new InboxLines();
    const [first, second] = [newUsageEvent(tenant), newUsageEvent(tenant)];
    const results = await Promise.allSettled([
      insertUsageInbox(database.pool, [inboxEvent(first)], lines),
      insertUsageInbox(database.pool, [inboxEvent(second)], lines),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await payloads()).toEqual([first]);
    await insertUsageInbox(database.pool, [inboxEvent(second)], lines);
    expect(await payloads()).toHaveLength(2);
  });

  test('the truth takes the place of an estimate that waits, and never the other way round', async () => {
    const events = [newUsageEvent(tenant), newUsageEvent(tenant)];
    const [first, second] = events.sort((a, b) => (a.requestId < b.requestId ? -1 : 1)) as [UsageEvent, UsageEvent];
    const estimate = { ...first, outcome: 'gateway_crashed', endUser: '"outcome":"gateway_crashed"' } as const;
    await insertUsageInbox(database.pool, [inboxEvent(estimate)]);
    await insertUsageInbox(database.pool, [first, estimate, second, first].map(inboxEvent));
    expect(await payloads()).toEqual([first, second]);
    await insertUsageInbox(database.pool, [estimate, { ...second, endUser: 'somebody' }].map(inboxEvent));
    expect(await payloads()).toEqual([first, second]);
  });

  test('takes a record that was written over several lines', async () => {
    const event = newUsageEvent(tenant);
    await insertUsageInbox(database.pool, [
      { ...inboxEvent(event), payload: Buffer.from(JSON.stringify(event, null, 2)) },
    ]);
    expect(await payloads()).toEqual([event]);
  });
});
