import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { TestBooks } from './books-fixtures.js';
import { CreditHistory } from './credit-history.js';
import { creditStep } from './credit-steps.js';

/**
 * `npm run test:histories -- --runs 2000 --seed 7` sets these.
 * TOLLGATE_HISTORY_RUNS: how many histories.
 * TOLLGATE_HISTORY_SEED: repeats those of an earlier run.
 */
const RUNS = Number(process.env['TOLLGATE_HISTORY_RUNS'] ?? 120);
const SEED = Number(process.env['TOLLGATE_HISTORY_SEED'] ?? Date.now() % 1_000_000);

let books: TestBooks;

beforeAll(async () => {
  books = await TestBooks.open(Date.now());
  await CreditHistory.prepare(books);
});
afterAll(() => books.close());

test(
  `whatever happens to credit, in whatever order, the books say what a plain list says (seed ${SEED})`,
  async () => {
    process.stderr.write(`histories: seed ${SEED}, ${RUNS} runs\n`);
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(creditStep, { minLength: 5, maxLength: 30 }), async (all) => {
        const history = await CreditHistory.begin(books);
        for (const step of all) await history.perform(step);
        await history.check({ everywhere: false });
        await history.finish();
        steps += all.length;
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['TOLLGATE_HISTORY_SHRINK'] === undefined },
    );
    await CreditHistory.audit(books);
    process.stderr.write(`histories: ${steps} steps, and the audit is green\n`);
    expect(steps).toBeGreaterThan(RUNS);
  },
  60_000 + RUNS * 2_000,
);
