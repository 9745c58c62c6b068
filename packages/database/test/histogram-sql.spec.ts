import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Database, mergeHistograms } from '../src/index.js';

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
  test('merge as in TypeScript, two by two and over many rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(histogram, { minLength: 2, maxLength: 6 }), async (histograms) => {
        const [a, b] = histograms;
        const literals = histograms.map((each) => `{${each.join(',')}}`);
        const { rows } = await database.pool.query<{ pair: number[]; all: number[] }>(
          `SELECT merge_histograms($1, $2) AS pair,
             (SELECT histogram_sum(literal::integer[]) FROM unnest($3::text[]) AS literal) AS all`,
          [a, b, literals],
        );
        expect(rows[0]?.pair).toEqual(mergeHistograms([a ?? [], b ?? []]));
        expect(rows[0]?.all).toEqual(mergeHistograms(histograms));
      }),
      { numRuns: 200 },
    );
  });
});
