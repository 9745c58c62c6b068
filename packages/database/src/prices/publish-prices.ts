import { checkRules } from '@tollgate/billing';
import { newId } from '@tollgate/domain';
import type pg from 'pg';

import { Database } from '../database.js';
import { inTransaction } from '../transaction.js';
import { planChanges } from './price-changes.js';
import type { EndedPrices, HeldPrice, NewPrice } from './price-changes.js';
import { publishRules } from './price-rules.js';
import type { RuleChanges } from './price-rules.js';
import { currentSnapshot, loadBook, publishSnapshots, snapshotIsCurrent } from './price-snapshots.js';
import { loadPrices } from './snapshot-prices.js';
import { ADVISORY_LOCKS } from '../advisory-locks.js';

export interface PricePublication {
  readonly bookId: string;
  readonly prices: readonly NewPrice[];
  /** Where the prices come from, such as `catalogue` or `api`. */
  readonly source: string;
  /** Actor for the record: id of a management token, or `bootstrap`. */
  readonly publishedBy: string;
  /**
   * `import` (the default): the prices are everything the source has. Its rows that are missing are retired; where
   * another source holds a price for the same thing at the same time, that one stands.
   * `edit`: the prices take the place of whatever holds for the same thing at the same time, of any source; a price
   * that begins later shortens the one before. Everything else stays.
   */
  readonly mode?: 'import' | 'edit';
  /** Of an edit: prices that end without another in their place. */
  readonly ended?: EndedPrices;
  readonly rules?: RuleChanges;
}

export interface PublishedPrices {
  /** The book's current snapshot, a new one when anything changed. */
  readonly snapshotId: string;
  readonly changed: boolean;
  readonly introduced: number;
  readonly retired: number;
  /** Imported prices that do not count, or not all the time, because another source's price for the same thing stands. */
  readonly overruled: number;
}

/**
 * Publishes a new state of a price book, and of the books below it, or changes nothing when nothing would differ.
 * In the caller's transaction when a client is given.
 * @throws PriceSnapshotError when there is no such book; RangeError when the resulting prices make no sense or overlap.
 */
export async function publishPrices(
  target: Database | pg.PoolClient,
  publication: PricePublication,
): Promise<PublishedPrices> {
  if (!(target instanceof Database)) return publish(target, publication);
  return inTransaction(target.pool, 'READ COMMITTED', (client) => publish(client, publication));
}

async function publish(client: pg.PoolClient, publication: PricePublication): Promise<PublishedPrices> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.pricePublication]);
  const book = await loadBook(client, publication.bookId);
  const changes = planChanges(await loadHeldPrices(client, book.id), publication);
  const current = await currentSnapshot(client, book.id);
  const { rules = NO_RULE_CHANGES } = publication;
  const { overruled } = changes;
  if (
    current !== null &&
    changes.retire.length + changes.introduce.length + rules.set.length + rules.end.length === 0 &&
    (await snapshotIsCurrent(client, { book, snapshot: current }))
  ) {
    return { snapshotId: current.id, changed: false, introduced: 0, retired: 0, overruled };
  }
  const sequence = (current?.sequence ?? 0) + 1;
  await client.query('UPDATE price SET retired_in = $2 WHERE id = ANY($1)', [changes.retire, sequence]);
  await client.query(INTRODUCE, [JSON.stringify(changes.introduce.map(toRow)), book.id, sequence]);
  await publishRules(client, rules, { bookId: book.id, sequence });
  const snapshotId = await publishSnapshots(client, { bookId: book.id, publishedBy: publication.publishedBy });
  await verify(client, snapshotId);
  return {
    snapshotId,
    changed: true,
    introduced: changes.introduce.length,
    retired: changes.retire.length,
    overruled,
  };
}

const NO_RULE_CHANGES: RuleChanges = { set: [], end: [] };

/** Compiles every sheet of the new state: prices that gateways would stumble over are refused here. */
async function verify(client: pg.PoolClient, snapshotId: string): Promise<void> {
  const snapshot = await loadPrices(client, snapshotId);
  checkRules(snapshot.terms.rules ?? []);
  for (const { provider, model } of snapshot.prices) snapshot.sheet(provider, model);
}

/** The prices of a book that no later state has retired. */
export async function loadHeldPrices(client: pg.Pool | pg.PoolClient, bookId: string): Promise<HeldPrice[]> {
  return (await client.query<HeldPriceRow>(HELD_PRICES, [bookId])).rows.map(readHeldPrice);
}

const HELD_PRICES = `
  SELECT id, provider, model, meter, service_tier AS "serviceTier", region, from_tokens AS "fromTokens",
         time_window AS "timeWindow", amount, per, effective_from AS "effectiveFrom", effective_to AS "effectiveTo", source
  FROM price WHERE price_book_id = $1 AND retired_in IS NULL`;

type HeldPriceRow = Omit<HeldPrice, 'amount' | 'effectiveFrom' | 'effectiveTo'> & {
  readonly amount: string;
  readonly effectiveFrom: Date;
  readonly effectiveTo: Date | null;
};

function readHeldPrice(row: HeldPriceRow): HeldPrice {
  return { ...row, effectiveFrom: row.effectiveFrom.getTime(), effectiveTo: row.effectiveTo?.getTime() ?? null };
}

const INTRODUCE = `
  INSERT INTO price (id, price_book_id, provider, model, meter, service_tier, region, from_tokens, time_window, amount,
                     per, effective_from, effective_to, introduced_in, source)
  SELECT id, $2, provider, model, meter, "serviceTier", region, "fromTokens", "timeWindow", amount::numeric(38,12),
         per, "effectiveFrom", "effectiveTo", $3, source
  FROM jsonb_to_recordset($1::jsonb) AS given(
    id text, provider text, model text, meter text, "serviceTier" text, region text, "fromTokens" integer,
    "timeWindow" text, amount text, per integer, "effectiveFrom" timestamptz, "effectiveTo" timestamptz, source text)`;

function toRow(price: Omit<HeldPrice, 'id'>): Record<string, unknown> {
  return {
    ...price,
    id: newId('price'),
    effectiveFrom: new Date(price.effectiveFrom),
    effectiveTo: price.effectiveTo === null ? null : new Date(price.effectiveTo),
  };
}
