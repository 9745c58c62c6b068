import { rate } from '@tollgate/billing';
import { newId } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { Database, loadPrices, publishPrices } from '../src/index.js';
import type { NewPrice, NewRule, PricePublication, PublishedPrices } from '../src/index.js';
import { newPrice } from './usage-fixtures.js';

let testDatabase: TestDatabase;
let database: Database;
let bookId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  bookId = await createBook();
});

async function createBook(parentId: string | null = null, terms = {}): Promise<string> {
  const id = newId('priceBook');
  await database.prisma.priceBook.create({ data: { id, name: id, parentId, ...terms } });
  return id;
}

function publish(prices: readonly NewPrice[], changes: Partial<PricePublication> = {}): Promise<PublishedPrices> {
  return publishPrices(database, { bookId, prices, source: 'catalogue', publishedBy: 'test', ...changes });
}

async function amountsOf(snapshotId: string): Promise<string[]> {
  const { prices } = await loadPrices(database.pool, snapshotId);
  return prices
    .map((p) => `${p.model} ${p.meter} ${p.amountPicos} [${p.effectiveFrom}, ${p.effectiveTo ?? '∞'})`)
    .sort();
}

const input = (amountPicos: bigint, changes: Partial<NewPrice> = {}) =>
  newPrice('gpt-4o', 'input', amountPicos, changes);
const output = (amountPicos: bigint, changes: Partial<NewPrice> = {}) =>
  newPrice('gpt-4o', 'output', amountPicos, changes);

const rule = (parts: Partial<NewRule>): NewRule => ({
  provider: '*',
  model: '*',
  meter: '*',
  serviceTier: '*',
  region: '*',
  basisPoints: 0,
  ...parts,
});

describe('publishing prices', () => {
  test('changes nothing when nothing differs', async () => {
    const first = await publish([input(1n), output(2n)]);
    expect(first).toMatchObject({ changed: true, introduced: 2, retired: 0 });
    expect(await publish([input(1n), output(2n)])).toMatchObject({ changed: false, snapshotId: first.snapshotId });
  });

  test('a published state never changes', async () => {
    const first = await publish([input(1n), output(2n)]);
    const second = await publish([input(3n)]);
    expect(second).toMatchObject({ changed: true, introduced: 1, retired: 2 });
    expect(await amountsOf(first.snapshotId)).toEqual(['gpt-4o input 1 [0, ∞)', 'gpt-4o output 2 [0, ∞)']);
    expect(await amountsOf(second.snapshotId)).toEqual(['gpt-4o input 3 [0, ∞)']);
  });

  test('an edit shortens what it replaces, and an import does not undo it', async () => {
    await publish([input(1n), output(2n)]);
    const edited = await publish([input(5n, { effectiveFrom: 1_000 })], { mode: 'edit', source: 'api' });
    const expected = ['gpt-4o input 1 [0, 1000)', 'gpt-4o input 5 [1000, ∞)', 'gpt-4o output 2 [0, ∞)'];
    expect(await amountsOf(edited.snapshotId)).toEqual(expected);
    expect(await publish([input(1n), output(2n)])).toMatchObject({ changed: false, overruled: 1 });
    const imported = await publish([input(7n), output(2n)]);
    expect(await amountsOf(imported.snapshotId)).toEqual([
      'gpt-4o input 5 [1000, ∞)',
      'gpt-4o input 7 [0, 1000)',
      expected[2],
    ]);
  });

  test('an edit in the middle leaves both ends', async () => {
    await publish([input(1n)]);
    const { snapshotId } = await publish([input(5n, { effectiveFrom: 10, effectiveTo: 20 })], {
      mode: 'edit',
      source: 'api',
    });
    expect(await amountsOf(snapshotId)).toEqual([
      'gpt-4o input 1 [0, 10)',
      'gpt-4o input 1 [20, ∞)',
      'gpt-4o input 5 [10, 20)',
    ]);
  });

  test('prices that contradict each other are refused, and nothing is published', async () => {
    const first = await publish([input(1n)]);
    await expect(publish([input(1n), input(2n)])).rejects.toThrow(/price_does_not_overlap/);
    const windows = [input(1n, { timeWindow: '08:00-12:00' }), input(2n, { timeWindow: '11:00-13:00' })];
    await expect(publish(windows)).rejects.toThrow(RangeError);
    expect(await publish([input(1n)])).toMatchObject({ changed: false, snapshotId: first.snapshotId });
  });

  test('publications at once come one after the other', async () => {
    await Promise.all([1n, 2n, 3n, 4n, 5n].map((amount) => publish([input(amount)])));
    const snapshots = await database.prisma.priceBookSnapshot.findMany({ where: { priceBookId: bookId } });
    expect(snapshots.map(({ sequence }) => sequence).sort()).toEqual([1, 2, 3, 4, 5]);
    const held = await database.prisma.price.findMany({ where: { priceBookId: bookId, retiredIn: null } });
    expect(held).toHaveLength(1);
  });

  test('joins the transaction of the caller', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await publishPrices(client, { bookId, prices: [input(1n)], source: 'api', publishedBy: 'test' });
    await client.query('ROLLBACK');
    client.release();
    expect(await database.prisma.price.count({ where: { priceBookId: bookId } })).toBe(0);
  });
});

describe('price books in a chain', () => {
  test('the nearer book wins per meter and span of time; its own terms apply', async () => {
    await publish([input(1n), output(2n)]);
    const child = await createBook(bookId, { markupBasisPoints: 1_000 });
    const { snapshotId } = await publish([output(9n, { effectiveFrom: 100, effectiveTo: 200 })], { bookId: child });
    expect(await amountsOf(snapshotId)).toEqual([
      'gpt-4o input 1 [0, ∞)',
      'gpt-4o output 2 [0, 100)',
      'gpt-4o output 2 [200, ∞)',
      'gpt-4o output 9 [100, 200)',
    ]);
    expect((await loadPrices(database.pool, snapshotId)).terms).toMatchObject({
      markupBasisPoints: 1_000,
      platformFeeBasisPoints: 0,
    });
  });

  test('publishing a book publishes the books below it, and leaves their earlier states alone', async () => {
    await publish([input(1n)]);
    const child = await createBook(bookId);
    const grandchild = await createBook(child);
    await publish([], { bookId: child });
    const before = await publish([], { bookId: grandchild });
    await publish([input(2n)]);
    expect(await amountsOf(before.snapshotId)).toEqual(['gpt-4o input 1 [0, ∞)']);
    const after = await publish([], { bookId: grandchild });
    expect(after.changed).toBe(false);
    expect(after.snapshotId).not.toBe(before.snapshotId);
    expect(await amountsOf(after.snapshotId)).toEqual(['gpt-4o input 2 [0, ∞)']);
  });

  test('new terms are a new state', async () => {
    const first = await publish([input(1n)]);
    await database.prisma.priceBook.update({ where: { id: bookId }, data: { markupBasisPoints: -500 } });
    const second = await publish([input(1n)]);
    expect(second).toMatchObject({ changed: true, introduced: 0, retired: 0 });
    expect((await loadPrices(database.pool, first.snapshotId)).terms.markupBasisPoints).toBe(0);
    expect((await loadPrices(database.pool, second.snapshotId)).terms.markupBasisPoints).toBe(-500);
  });
});

const CIRCUMSTANCES = {
  serviceTier: '*',
  region: '*',
  occurredAt: 1,
  credentialOwner: 'operator',
  simulated: false,
} as const;

describe('cost and price', () => {
  test('what an organization has agreed changes what it is billed, and what we pay stays what the default book says', async () => {
    await publish([input(10_000_000n), output(20_000_000n)]);
    const plan = await createBook(bookId, { markupBasisPoints: 1_000, platformFeeBasisPoints: 500 });
    await publish([input(30_000_000n)], { bookId: plan });
    const own = await createBook(plan);
    const { snapshotId } = await publish([input(5_000_000n)], { bookId: own, source: 'contract' });
    const sheet = (await loadPrices(database.pool, snapshotId)).sheet('openai', 'gpt-4o');
    const usage = { input: 10, output: 10 };
    expect(rate(sheet, { ...CIRCUMSTANCES, usage })).toMatchObject({
      providerCost: 300n,
      listCost: 300n,
      billedCost: 55n + 220n,
    });
    const byo = rate(sheet, { ...CIRCUMSTANCES, usage, credentialOwner: 'organization' });
    expect(byo).toMatchObject({ providerCost: 0n, listCost: 300n, billedCost: 15n });
  });

  test('the nearest book that says a markup or a fee decides, and the nearest one with a rule that matches before it', async () => {
    await publish([input(10_000_000n), output(10_000_000n)], {
      rules: { set: [rule({ provider: 'openai', basisPoints: 2_000 })], end: [] },
    });
    const plan = await createBook(bookId, { markupBasisPoints: 100, platformFeeBasisPoints: 500 });
    await publish([], {
      bookId: plan,
      rules: { set: [rule({ model: 'gpt-4o', meter: 'output', basisPoints: 5_000 })], end: [] },
    });
    const own = await createBook(plan, { markupBasisPoints: 50 });
    const { snapshotId } = await publish([], { bookId: own });
    const prices = await loadPrices(database.pool, snapshotId);
    const { lines } = rate(prices.sheet('openai', 'gpt-4o'), { ...CIRCUMSTANCES, usage: { input: 1, output: 1 } });
    expect(lines.map(({ markupBasisPoints }) => markupBasisPoints)).toEqual([2_000, 5_000]);
    expect(prices.terms).toMatchObject({ markupBasisPoints: 50, platformFeeBasisPoints: 500 });
    // a chain that changes no price of a model keeps one table for cost and price
    expect(prices.sheet('openai', 'gpt-4o').list.candidates).toBe(prices.sheet('openai', 'gpt-4o').candidates);
  });

  test('a rule takes the place of the one for the same thing, a published state keeps the old one', async () => {
    const first = await publish([input(10_000_000n)], { rules: { set: [rule({ basisPoints: 1_000 })], end: [] } });
    const second = await publish([input(10_000_000n)], { rules: { set: [rule({ basisPoints: 2_000 })], end: [] } });
    const { rows } = await database.pool.query<{ id: string }>(
      'SELECT id FROM price_rule WHERE price_book_id = $1 AND retired_in IS NULL',
      [bookId],
    );
    const third = await publish([input(10_000_000n)], { rules: { set: [], end: rows.map(({ id }) => id) } });
    const billed = async ({ snapshotId }: PublishedPrices) =>
      rate((await loadPrices(database.pool, snapshotId)).sheet('openai', 'gpt-4o'), {
        ...CIRCUMSTANCES,
        usage: { input: 1 },
      }).billedCost;
    expect([await billed(first), await billed(second), await billed(third)]).toEqual([11n, 12n, 10n]);
  });

  test('rules for the same thing are refused, and a rule is never changed', async () => {
    const twice = [rule({ basisPoints: 1 }), rule({ basisPoints: 2 })];
    await expect(publish([input(1n)], { rules: { set: twice, end: [] } })).rejects.toThrow(
      'price_rule_does_not_repeat',
    );
    const tiers = [rule({ serviceTier: 'default' }), rule({ serviceTier: 'standard' })];
    await expect(publish([input(1n)], { rules: { set: tiers, end: [] } })).rejects.toThrow(RangeError);
    await publish([input(1n)], { rules: { set: [rule({})], end: [] } });
    await expect(database.pool.query('UPDATE price_rule SET basis_points = 9')).rejects.toThrow('never changed');
    await expect(database.pool.query('DELETE FROM price_rule')).rejects.toThrow('never changed');
  });
});

describe('rows of prices', () => {
  test('are never changed, except that they are retired once', async () => {
    await publish([input(1n)]);
    const { pool } = database;
    await expect(pool.query('UPDATE price SET amount = 2 WHERE price_book_id = $1', [bookId])).rejects.toThrow(
      'never changed',
    );
    await expect(pool.query('DELETE FROM price WHERE price_book_id = $1', [bookId])).rejects.toThrow('never changed');
    await pool.query('UPDATE price SET retired_in = 2 WHERE price_book_id = $1', [bookId]);
    await expect(pool.query('UPDATE price SET retired_in = 3 WHERE price_book_id = $1', [bookId])).rejects.toThrow(
      'never changed',
    );
    await expect(pool.query('UPDATE price_book_snapshot SET sequence = 9')).rejects.toThrow('never changed');
  });

  test('models share the fees of their provider; names without prices share one sheet', async () => {
    const { snapshotId } = await publish([input(2_000_000n), newPrice('*', 'web_search', 10n, { per: 1 })]);
    const prices = await loadPrices(database.pool, snapshotId);
    const request = {
      serviceTier: '*',
      region: '*',
      occurredAt: 1,
      credentialOwner: 'operator',
      simulated: false,
    } as const;
    const rating = rate(prices.sheet('openai', 'gpt-4o'), { ...request, usage: { input: 3, web_search: 2 } });
    expect(rating).toMatchObject({ billedCost: 26n, unpriced: [] });
    expect(prices.sheet('openai', 'invented-1')).toBe(prices.sheet('openai', 'invented-2'));
    expect(prices.sheet('openai', 'invented-1').priced).toBe(false);
  });
});
