import { expect, test } from '@jest/globals';
import type { Database } from '@tollgate/database';
import type { Logger } from '@tollgate/telemetry';

import type { AlertDeliveriesJob } from './alert-deliveries.job.js';
import { AlertLooksJob } from './alert-looks.job.js';

test('a look that fails keeps nobody from what the others find', async () => {
  const asked: string[] = [];
  const forgotten = Promise.withResolvers<undefined>();
  const query = (text: string) => {
    asked.push(text);
    if (text.includes('spend_suspicion')) forgotten.resolve(undefined);
    if (text.includes("o.billing_mode = 'prepaid'")) return Promise.reject(new Error('no such column'));
    return Promise.resolve({ rows: [], rowCount: 0 });
  };
  const client = { query, release: () => undefined };
  const database = { pool: { query, connect: () => Promise.resolve(client) } } as unknown as Database;
  const errors: unknown[] = [];
  const log = { info: () => undefined, error: (fields: unknown) => errors.push(fields) } as unknown as Logger;
  const job = new AlertLooksJob(database, {} as AlertDeliveriesJob, log);
  job.onApplicationBootstrap();
  await forgotten.promise;
  await job.onModuleDestroy();
  for (const table of ['review_item', 'manual_posting', 'spend_hour', 'FROM budget b']) {
    expect(asked.some((text) => text.includes(table))).toBe(true);
  }
  expect(errors).toHaveLength(1);
});
