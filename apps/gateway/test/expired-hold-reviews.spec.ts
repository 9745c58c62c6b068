import { InProcessAdmissionStore } from '@tollgate/admission';
import { Database } from '@tollgate/database';
import { newId, newRequestId } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ExpiredHoldReviews } from '../src/expired-hold-reviews.js';

let testDatabase: TestDatabase;
let database: Database;
const warnings: string[] = [];
const logger = { warn: (_: object, message: string) => warnings.push(message) } as unknown as Logger;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

test('a hold that outlived its lease is put up for review once, also when Postgres was away at first', async () => {
  const organizationId = newId('organization');
  await database.prisma.organization.create({ data: { id: organizationId, name: 'Tenant', slug: organizationId } });
  const reviews = new ExpiredHoldReviews(database.pool, logger);
  let now = 0;
  const store = new InProcessAdmissionStore({
    clock: () => now,
    leaseMs: 10,
    onExpired: (hold) => reviews.raise(hold),
  });
  const scope = store.handleOf({ organizationId, kind: 'organization', id: organizationId }, 'UTC');
  const occurredAt = Date.UTC(2026, 10, 22, 12);
  const requestId = newRequestId(occurredAt).public;
  const request = { requestId, scopes: [scope], tokensBound: 0, holdNanos: 1_500_000_000, occurredAt };
  store.admit({ ...request, mayDowngrade: false });
  now = 11;
  await database.pool.query('ALTER TABLE review_item RENAME TO review_item_away');
  store.inspect(scope, occurredAt);
  await reviews.close();
  expect(warnings).toHaveLength(1);
  await database.pool.query('ALTER TABLE review_item_away RENAME TO review_item');
  await reviews.close();
  reviews.raise({ requestId, scopes: [scope.scope], nanos: 1, occurredAt });
  await reviews.close();
  const { rows } = await database.pool.query(
    'SELECT kind, subject, organization_id, amount, details, state FROM review_item',
  );
  expect(rows).toEqual([
    {
      kind: 'expired_hold',
      subject: requestId,
      organization_id: organizationId,
      amount: '1.500000000000',
      details: {
        occurredAt: '2026-11-22T12:00:00.000Z',
        scopes: [{ kind: 'organization', id: organizationId }],
      },
      state: 'open',
    },
  ]);
});
