import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Database, latencyBucket, mergeHistograms } from '../src/index.js';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const histogram = fc
  .dictionary(fc.integer({ min: 0, max: 60 }).map(String), fc.integer({ min: 1, max: 9 }), { maxKeys: 12 })
  .map((counts) => [...Object.keys(counts).map(Number), ...Object.values(counts)]);

describe('histograms in SQL', () => {
  test('merge as in TypeScript', async () => {
    await fc.assert(
      fc.asyncProperty(histogram, histogram, async (a, b) => {
        const { rows } = await database.pool.query<{ pair: number[] }>('SELECT merge_histograms($1, $2) AS pair', [
          a,
          b,
        ]);
        expect(rows[0]?.pair).toEqual(mergeHistograms([a, b]));
      }),
      { numRuns: 200 },
    );
  });

  test('give back what a correction takes out', async () => {
    await fc.assert(
      fc.asyncProperty(histogram, histogram, async (a, b) => {
        const taken = b.map((value, index) => (index < b.length / 2 ? value : -value));
        const { rows } = await database.pool.query<{ left: number[] }>(
          'SELECT merge_histograms(merge_histograms($1, $2), $3) AS left',
          [a, b, taken],
        );
        expect(rows[0]?.left).toEqual(mergeHistograms([a]));
      }),
      { numRuns: 200 },
    );
  });

  test('put a duration into the bucket that TypeScript puts it into', async () => {
    const durations = fc.sample(fc.double({ min: 0, max: 1e9, noNaN: true }), 5_000);
    const { rows } = await database.pool.query<{ slots: number[] }>(
      'SELECT array_agg(latency_bucket(ms) ORDER BY at) AS slots FROM unnest($1::float8[]) WITH ORDINALITY AS given(ms, at)',
      [durations],
    );
    expect(rows[0]?.slots).toEqual(durations.map(latencyBucket));
  });
});
